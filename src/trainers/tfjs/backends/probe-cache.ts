import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeDir } from "../../../base/code-dir.ts";
import { readJson, writeJsonAtomic } from "../../../base/files.ts";
import type { BackendName } from "./load.ts";
import type { NativePackage } from "./native-package.ts";
import { runtimeDir } from "./places.ts";
import type { ProbeResult } from "./probe.ts";

/** A driver can be repaired without any file of ours changing, so no answer is believed for longer. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
/** Enough for the few code folders and settings of one machine. */
const MAX_ENTRIES = 50;

interface Entry {
  readonly key: string;
  readonly timeMs: number;
  readonly result: ProbeResult;
}

const cacheFile = (env: NodeJS.ProcessEnv): string => join(dirname(runtimeDir(env)), "backend-probes.json");

/** What a probe's answer depends on. */
export function probeKey(name: BackendName, native: NativePackage | undefined, env: NodeJS.ProcessEnv): string {
  const code = native ? [native.dir, native.version, native.addonMs] : [codeDir()];
  const machine = [env["CUDA_VISIBLE_DEVICES"], env["LD_LIBRARY_PATH"], env["TUNING_FORK_THREADS"], nvidiaDriver()];
  return JSON.stringify([name, process.version, process.platform, process.arch, ...code, ...machine]);
}

/** The answer of an earlier probe with the same key, unless it is too old. */
export function cachedProbe(key: string, env: NodeJS.ProcessEnv): ProbeResult | undefined {
  const entry = entries(env).find((one) => one.key === key);
  return entry && Date.now() - entry.timeMs < MAX_AGE_MS ? entry.result : undefined;
}

/** Keeps an answer; where the file cannot be written, the next run simply probes again. */
export function keepProbe(key: string, result: ProbeResult, env: NodeJS.ProcessEnv): void {
  const others = entries(env).filter((one) => one.key !== key);
  try {
    mkdirSync(dirname(cacheFile(env)), { recursive: true });
    writeJsonAtomic(cacheFile(env), [
      ...others.slice(1 - MAX_ENTRIES),
      { key, timeMs: Date.now(), result } satisfies Entry,
    ]);
  } catch {
    // a read-only home
  }
}

function entries(env: NodeJS.ProcessEnv): Entry[] {
  const list = readJson<unknown>(cacheFile(env));
  return Array.isArray(list) ? (list as Entry[]) : [];
}

function nvidiaDriver(): string {
  try {
    return readFileSync("/proc/driver/nvidia/version", "utf8");
  } catch {
    return "";
  }
}
