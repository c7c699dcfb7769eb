import { existsSync, lstatSync, realpathSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { UserError } from "../base/errors.ts";
import { formatCount } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import type { AnyResolvedConfig } from "../config/types.ts";
import { compressJournals, thawJournals } from "../journal/compress.ts";
import { Recorder } from "../runner/recorder.ts";
import { TEMPORARY } from "../trainers/tfjs/checkpoint/format.ts";
import { checkpointFolders, leftovers } from "./checkpoint-folder.ts";
import { lockEndedRun } from "./exclusive.ts";
import { readRunFile, runFile } from "./layout.ts";
import { changeMeta } from "./meta.ts";
import { isTerminal, type RunManifest, type RunRecord } from "./model.ts";
import type { RunsHome } from "./open.ts";
import { stateWord } from "./state-word.ts";

/**
 * Pins a checkpoint, so that the limit never prunes it, or unpins it. A live trainer looks at the pins before it prunes.
 * Throws `checkpoint-missing` when there is none at that step to pin.
 */
export async function pinCheckpoint(home: RunsHome, run: RunRecord, step: number, pinned: boolean): Promise<void> {
  if (pinned && !run.checkpoints.some((at) => at.step === step && at.present && existsSync(at.path)))
    throw missing(run, step);
  await changeMeta(home.store, run, ({ pins = [] }) => {
    const others = pins.filter((other) => other !== step);
    const kept = pinned ? [...others, step].toSorted((a, b) => a - b) : others;
    return { pins: kept.length > 0 ? kept : undefined };
  });
}

/**
 * Deletes the checkpoint at a step (or what a killed trainer left of one) for good, and records it in the run's journal.
 * Only of a run that has ended: a live trainer saves and prunes its checkpoints itself, and would fail over a folder that
 * vanishes under its hands.
 * @returns the bytes that were freed
 * @throws UserError `run-live`, `checkpoint-missing`, or `checkpoint-elsewhere` for a folder that is not the run's own
 */
export async function deleteCheckpoint(home: RunsHome, run: RunRecord, step: number): Promise<number> {
  if (!isTerminal(run.state)) {
    throw new UserError(
      "run-live",
      t("Run {0} is {1}: its trainer saves and prunes the checkpoints until it ends.", run.name, stateWord(run.state)),
      { advice: t("Stop the run first, or lower checkpoint.save_total_limit for the next one.") },
    );
  }
  const folder = checkpointFolders(run).find((at) => at.step === step);
  if (!folder) throw missing(run, step);
  const isOnRecord = !leftovers(run).some(({ path }) => path === folder.path);
  requireOwn(run, folder.path);
  const lock = await lockEndedRun(run);
  try {
    // It loses its name first, so that nobody sees a part of it; a name of this kind is swept up should we die here.
    const doomed = join(dirname(folder.path), `${TEMPORARY}${basename(folder.path)}-removed`);
    renameSync(folder.path, doomed);
    if (isOnRecord) await recordRemoval(run, step, folder.path);
    await rm(doomed, { recursive: true, force: true });
  } finally {
    lock.release();
  }
  await pinCheckpoint(home, run, step, false);
  return folder.bytes;
}

async function recordRemoval(run: RunRecord, step: number, path: string): Promise<void> {
  const wasPacked = existsSync(runFile(run.dir, "runnerCompressed"));
  await thawJournals(run.dir, ["runner"]);
  const { segment, fromStep } = run.segments.at(-1) ?? { segment: 1, fromStep: 0 };
  const recorder = new Recorder(run.dir, { run: run.id, segment, fromStep }, run.state);
  recorder.write({ t: "checkpoint-removed", step, path: shownPath(run.dir, path) });
  await recorder.close();
  // A full disk, say: the journal stays plain, and that is no less true.
  if (wasPacked) await compressJournals(run.dir).catch(() => undefined);
}

/** As the journal has it: relative to the run's folder, or absolute when it lies elsewhere. */
function shownPath(runDir: string, path: string): string {
  const inside = relative(runDir, path);
  return inside.startsWith("..") || isAbsolute(inside) ? path : inside.replaceAll("\\", "/");
}

/** A journal's path is only text: what is deleted must lie inside the run's, or inside its `run.output_dir`. */
function requireOwn(run: RunRecord, path: string): void {
  const { baseDir } = readRunFile<RunManifest>(run.dir, "manifest");
  const config = readRunFile<Partial<AnyResolvedConfig>>(run.dir, "config");
  const moved = config.run?.output_dir;
  const homes = [run.dir, ...(moved ? [resolve(baseDir, moved)] : [])]
    .filter(existsSync)
    .map((home) => realpathSync(home));
  const place = realpathSync(path);
  if (!lstatSync(path).isSymbolicLink() && homes.some((home) => place.startsWith(home + sep))) return;
  throw new UserError(
    "checkpoint-elsewhere",
    t("The checkpoint {0} lies neither in the run's folder nor in its run.output_dir, so it is not deleted.", path),
    { file: path, advice: t("Delete it by hand if it is no longer needed.") },
  );
}

function missing(run: RunRecord, step: number): UserError {
  const problem = t("Run {0} keeps no checkpoint at step {1}.", run.name, formatCount(step));
  return new UserError("checkpoint-missing", problem, { advice: t("It was pruned or deleted before.") });
}
