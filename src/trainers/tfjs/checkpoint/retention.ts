import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { TEMPORARY } from "./format.ts";
import { UserError } from "../../../base/errors.ts";
import { readManifest } from "./load.ts";

/** A run's checkpoint folder on disk. */
export interface StoredCheckpoint {
  step: number;
  path: string;
}

/** The complete checkpoints of a run in a folder (which may hold those of other runs too), oldest step first. */
export const storedCheckpoints = (folder: string, run: string): StoredCheckpoint[] =>
  checkpointFolders(folder)
    .filter(({ path }) => readManifest(path)?.run === run)
    .sort((a, b) => a.step - b.step);

/** @throws UserError when a folder holds checkpoints of other runs: they would be replaced step by step. */
export function requireOwnFolder(folder: string, run: string): void {
  const foreign = checkpointFolders(folder).find(({ path }) => readManifest(path)?.run !== run);
  if (!foreign) return;
  const owner = readManifest(foreign.path)?.run;
  throw new UserError(
    "output-dir-taken",
    `${folder} holds checkpoints of ${owner ? `run ${owner}` : "something else"} (${basename(foreign.path)}).`,
    { advice: "Set run.output_dir to another folder, or leave it out to save in the run's own folder.", file: folder },
  );
}

function checkpointFolders(folder: string): StoredCheckpoint[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const step = /^step-(\d+)$/.exec(name)?.[1];
    return step === undefined ? [] : [{ step: Number(step), path: join(folder, name) }];
  });
}

/**
 * Which checkpoints go: all but the newest `limit`, the best one and the pinned ones, which do not count for the limit.
 * Those after `currentStep` belong to a stretch that a resume cut off; they go too unless pinned.
 */
export function surplus(
  stored: readonly StoredCheckpoint[],
  keep: { limit: number; currentStep: number; best: number | null; pins: readonly number[] },
): StoredCheckpoint[] {
  const kept = (step: number): boolean => step === keep.best || keep.pins.includes(step);
  const candidates = stored.filter(({ step }) => !kept(step));
  const abandoned = candidates.filter(({ step }) => step > keep.currentStep);
  const valid = candidates.filter(({ step }) => step <= keep.currentStep);
  return [...valid.slice(0, Math.max(0, valid.length - keep.limit)), ...abandoned];
}

/** Deletes a checkpoint folder. It loses its name first, so that nobody sees a part of it. */
export function removeCheckpoint({ path }: StoredCheckpoint): void {
  const doomed = join(dirname(path), `${TEMPORARY}${basename(path)}-removed`);
  renameSync(path, doomed);
  rmSync(doomed, { recursive: true, force: true });
}
