import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { pruneCode } from "../launch/code-copy.ts";
import { lockEndedRun } from "./exclusive.ts";
import { changeMeta } from "./meta.ts";
import { isTerminal, type RunRecord } from "./model.ts";
import type { RunsHome } from "./open.ts";
import { stateWord } from "./state-word.ts";

/** Moves a run to the trash. Nothing is lost; `restoreRun` takes it out. Throws `run-live` for a run that has not ended. */
export async function trashRun(home: RunsHome, run: RunRecord): Promise<void> {
  refuseLive(run);
  const trashedMs = systemClock();
  await changeMeta(home.store, run, (meta) => ({ trashedMs: meta.trashedMs ?? trashedMs }));
}

/** Takes a run out of the trash. Throws `run-not-trashed` for one that is not there. */
export async function restoreRun(home: RunsHome, run: RunRecord): Promise<void> {
  if (!run.trashed) throw new UserError("run-not-trashed", t("Run {0} ({1}) is not in the trash.", run.name, run.id));
  await changeMeta(home.store, run, () => ({ trashedMs: undefined }));
}

/** Removes a run's folder for good: record, journals, checkpoints, and the copy of the code if no other run needs it. Throws `run-live` for a run that has not ended. */
export async function removeRun(home: RunsHome, run: RunRecord): Promise<void> {
  refuseLive(run);
  // Renamed away first: whoever reads the store meanwhile sees the whole run or none of it.
  mkdirSync(home.paths.staging, { recursive: true });
  const doomed = join(home.paths.staging, `${run.id}.removed`);
  await lockEndedRun(run); // goes with the folder
  renameSync(run.dir, doomed);
  await home.store.touch(run.id);
  await rm(doomed, { recursive: true, force: true });
  pruneCode(home.paths.root);
}

/** Bytes a run's folder takes: its record and every checkpoint in it. */
export function runSize(run: Pick<RunRecord, "dir">): number {
  if (!existsSync(run.dir)) return 0;
  let bytes = 0;
  for (const entry of readdirSync(run.dir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function refuseLive(run: RunRecord): void {
  if (isTerminal(run.state)) return;
  throw new UserError("run-live", t("Run {0} is {1}: a live run cannot be deleted.", run.name, stateWord(run.state)), {
    advice: t("Stop it first."),
  });
}
