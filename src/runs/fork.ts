import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../config/diagnostic.ts";
import { isScriptConfig, type AnyResolvedConfig, type Origins } from "../config/types.ts";
import { differences, type Difference } from "./compare.ts";
import { copyCheckpoint, forkPoint, placeOfCopy, refuseBeyondPlan, refuseUnfit } from "./fork-point.ts";
import { readRunFile, RUN_FILES, runFile } from "./layout.ts";
import type { RunManifest, RunRecord } from "./model.ts";
import type { RunsHome } from "./open.ts";
import { recordedRuns } from "./recorded-peaks.ts";
import { startableFork } from "./start-config.ts";
import { startRun } from "./start.ts";

export interface ForkRequest {
  /** Step of a checkpoint, `best` or `last`. */
  at: string;
  /** `key=value` texts: what is different from the parent. */
  overrides: readonly string[];
  name?: string | undefined;
  /** Who asks. */
  by: string;
  env: NodeJS.ProcessEnv;
  /** Heard until the run is made. */
  signal?: AbortSignal;
}

/** A run made from another's checkpoint. */
export interface Forked {
  run: RunRecord;
  step: number;
  /** What the checks remarked on its config. */
  diagnostics: Diagnostic[];
  /** Settings that are other than the parent's, with its value and the fork's. */
  changes: Difference[];
}

/** What every run has of its own. */
const OWN = ["run.name"];

/**
 * Starts a new run from a checkpoint of another, with its config changed or not. The new run has its own copy of the
 * checkpoint, so that nothing that happens to the parent touches it.
 * Throws `checkpoint-missing`, `fork-unfit`, `ConfigRefused`, or what keeps a run from starting.
 */
export async function forkRun(home: RunsHome, parent: RunRecord, request: ForkRequest): Promise<Forked> {
  const checkpoint = forkPoint(parent, request.at);
  const { configFile: file, baseDir } = readRunFile<RunManifest>(parent.dir, "manifest");
  const config = readRunFile<AnyResolvedConfig>(parent.dir, "config");
  const origins = readRunFile<Origins>(parent.dir, "origins");
  const source = readFileSync(runFile(parent.dir, "configSource"), "utf8");
  const history = await recordedRuns(home);
  const startable = await startableFork({ config, origins, source, file, baseDir }, { ...request, history });
  refuseUnfit(config, startable.config);
  refuseBeyondPlan(checkpoint.step, startable.totalSteps);
  const run = await startRun(home, {
    ...startable,
    configFile: file,
    baseDir,
    name:
      request.name ??
      (startable.origins["run.name"] === "override" ? undefined : `${parent.name}-from-${checkpoint.step}`),
    by: request.by,
    env: request.env,
    signal: request.signal,
    origin: {
      run: parent.id,
      step: checkpoint.step,
      copy: (folder) =>
        copyCheckpoint(checkpoint.path, join(folder, RUN_FILES.parentCheckpoint), !isScriptConfig(config)),
      placeIn: (runDir) => placeOfCopy(checkpoint.path, runFile(runDir, "parentCheckpoint")),
    },
  });
  const changes = differences([config, startable.config]).filter(({ key }) => !OWN.includes(key));
  return { run, step: checkpoint.step, diagnostics: startable.diagnostics, changes };
}
