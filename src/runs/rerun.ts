import { readFileSync } from "node:fs";
import type { Diagnostic } from "../config/diagnostic.ts";
import type { AnyResolvedConfig, Origins } from "../config/types.ts";
import { readRunFile, runFile } from "./layout.ts";
import type { RunManifest, RunRecord } from "./model.ts";
import type { RunsHome } from "./open.ts";
import { recordedRuns } from "./recorded-peaks.ts";
import { startableFork } from "./start-config.ts";
import { startRun } from "./start.ts";

export interface RerunRequest {
  /** `key=value` texts: what is different from the earlier run. */
  overrides?: readonly string[];
  name?: string | undefined;
  /** Who asks. */
  by: string;
  env: NodeJS.ProcessEnv;
  /** Heard until the run is made. */
  signal?: AbortSignal;
}

/**
 * Starts a new run from the beginning with the config an earlier run had, as it was resolved then: the config file may have
 * changed since. Code and data are those of today. Throws `ConfigRefused`, or what keeps a run from starting.
 */
export async function rerunRun(
  home: RunsHome,
  earlier: RunRecord,
  { overrides = [], name, by, env, signal }: RerunRequest,
): Promise<{ run: RunRecord; diagnostics: Diagnostic[] }> {
  const { configFile: file, baseDir } = readRunFile<RunManifest>(earlier.dir, "manifest");
  const config = readRunFile<AnyResolvedConfig>(earlier.dir, "config");
  const origins = readRunFile<Origins>(earlier.dir, "origins");
  const source = readFileSync(runFile(earlier.dir, "configSource"), "utf8");
  const history = await recordedRuns(home);
  const startable = await startableFork({ config, origins, source, file, baseDir }, { overrides, env, history });
  const run = await startRun(home, { ...startable, configFile: file, baseDir, name, by, env, signal });
  return { run, diagnostics: startable.diagnostics };
}
