import { existsSync, rmSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import { readJson, writeJsonAtomic } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../config/types.ts";
import { thawJournals } from "../journal/compress.ts";
import { resumePoint } from "./checkpoint-folder.ts";
import { lockEndedRun } from "./exclusive.ts";
import { begunRecord } from "./follow.ts";
import { readRunFile, runFile } from "./layout.ts";
import { isTerminal, type LaunchPlan, type RunManifest, type RunRecord } from "./model.ts";
import type { RunsHome } from "./open.ts";
import { dataChanges, packageChanges, recordChanges } from "./resume-changes.ts";
import { planLaunch } from "./start-plan.ts";
import { stateWord } from "./state-word.ts";

export interface ResumeRequest {
  /** Heard until something is changed. */
  signal?: AbortSignal;
  /** Who asks. */
  by: string;
  /** Environment the trainer inherits. */
  env: NodeJS.ProcessEnv;
}

/** A run that goes on. */
export interface Resumed {
  run: RunRecord;
  segment: number;
  /** Step of the checkpoint it goes on from; 0 when there was none. */
  fromStep: number;
  /** Data files that are not what they were at the start. */
  changedData: string[];
}

/**
 * Goes on with a stopped, failed, crashed or lost run from its last complete checkpoint, as its next segment.
 * Throws `run-finished`, `run-live`, or what keeps it from starting.
 */
export async function resumeRun(home: RunsHome, run: RunRecord, request: ResumeRequest): Promise<Resumed> {
  refuseUnlessEnded(run);
  const manifest = readRunFile<RunManifest>(run.dir, "manifest");
  const config = readRunFile<AnyResolvedConfig>(run.dir, "config");
  const changedData = await dataChanges(run, config, manifest.baseDir);
  const from = whereToGoOn(run);
  if (isScriptConfig(config) && from.resumeFrom === null) throw nothingToGoOnFrom(run);
  const lock = await lockEndedRun(run);
  let env: NodeJS.ProcessEnv;
  const segment = (readJson<LaunchPlan>(runFile(run.dir, "launch"))?.segment ?? 0) + 1;
  try {
    const { root } = home.paths;
    const { by, env: asked } = request;
    const { baseDir } = manifest;
    const launch = await planLaunch({ root, run, config, baseDir, by, segment, env: asked, ...from });
    const changes = { data: changedData, packages: await packageChanges(run, launch) };
    request.signal?.throwIfAborted();
    env = launch.env;
    await thawJournals(run.dir);
    rmSync(runFile(run.dir, "stopRequest"), { force: true });
    writeJsonAtomic(runFile(run.dir, "launch"), launch.plan);
    await recordChanges(run, launch.plan, changes);
  } finally {
    lock.release();
  }
  await home.store.touch(run.id);
  await home.launcher.submit(run.dir, env);
  return { run: await begunRecord(home, run.id, segment), segment, fromStep: from.fromStep, changedData };
}

function refuseUnlessEnded(run: RunRecord): void {
  if (run.state === "finished") {
    throw new UserError("run-finished", t("Run {0} is finished: there is nothing to resume.", run.name), {
      advice: t("Fork it from one of its checkpoints instead."),
    });
  }
  if (isTerminal(run.state)) return;
  throw new UserError("run-live", t("Run {0} is {1}: it need not be resumed.", run.name, stateWord(run.state)));
}

/** The last complete checkpoint; for a fork without one the parent's; else the beginning. */
function whereToGoOn(run: RunRecord): { fromStep: number; resumeFrom: string | null } {
  const last = resumePoint(run);
  if (last) return { fromStep: last.step, resumeFrom: last.path };
  const inherited = inheritedCheckpoint(run.dir);
  if (run.parent && existsSync(inherited)) return { fromStep: run.parent.step, resumeFrom: inherited };
  return { fromStep: 0, resumeFrom: null };
}

/** The copy of the parent's checkpoint: a folder, or in it the one file that a script's checkpoint is. */
function inheritedCheckpoint(runDir: string): string {
  const folder = runFile(runDir, "parentCheckpoint");
  const before = readJson<LaunchPlan>(runFile(runDir, "launch"))?.resumeFrom;
  return before?.startsWith(folder) && existsSync(before) ? before : folder;
}

function nothingToGoOnFrom(run: RunRecord): UserError {
  return new UserError(
    "script-no-checkpoint",
    t("Run {0} has no checkpoint that its script could go on from.", run.name),
    {
      advice: t("Name the checkpoints it writes in script.checkpoints, or tell of them with tuning_fork.checkpoint()."),
    },
  );
}
