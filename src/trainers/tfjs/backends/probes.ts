import { t } from "../../../base/l10n.ts";
import type { BackendName } from "./load.ts";
import { findNativePackage } from "./native-package.ts";
import { cachedProbe, keepProbe, probeKey } from "./probe-cache.ts";
import { probeBackend, type ProbeResult } from "./probe.ts";

export interface ProbeOptions {
  /** This process's own unless a test says otherwise. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Probe even where an answer is kept. */
  readonly fresh?: boolean;
}

/** Fastest first. */
export const CANDIDATES: readonly BackendName[] = ["tensorflow", "wasm", "cpu"];

/** One probed backend, in the order of preference. */
export interface ProbedBackend {
  readonly name: BackendName;
  readonly result: ProbeResult;
}

/** Probes every backend; for `doctor`. */
export async function probeAll(options: ProbeOptions = {}): Promise<ProbedBackend[]> {
  const probed: ProbedBackend[] = [];
  for (const name of CANDIDATES) probed.push({ name, result: await probe(name, options) });
  return probed;
}

/** Whether a backend works here, by an answer kept from before or a process that tries it. Loads no backend itself. */
export async function probe(
  name: BackendName,
  { env = process.env, signal, fresh = false }: ProbeOptions,
): Promise<ProbeResult> {
  const native = name === "tensorflow" ? findNativePackage(env) : undefined;
  if (name === "tensorflow" && native === undefined) {
    return {
      works: false,
      reason: t("The package @tensorflow/tfjs-node-gpu is not installed; `tuning-fork install-runtime` does it."),
    };
  }
  const key = probeKey(name, native, env);
  const known = fresh ? undefined : cachedProbe(key, env);
  if (known) return known;
  const result = await probeBackend(name, signal);
  keepProbe(key, result, env);
  return result;
}
