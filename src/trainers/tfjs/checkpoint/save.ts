import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeJsonAtomic } from "../../../base/files.ts";
import type { ClassifierModel } from "../models/model.ts";
import type { OptimizerState } from "../optim/optimizer.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { explainDiskError, filesOf, syncDirectory, syncFolder } from "./disk.ts";
import { CHECKPOINT_FILES, checkpointName, TEMPORARY, type CheckpointManifest } from "./format.ts";

export interface CheckpointContent {
  manifest: CheckpointManifest;
  model: Pick<ClassifierModel, "saveFolder" | "parameters">;
  /** null when `checkpoint.save_optimizer` is off. */
  optimizer: OptimizerState | null;
}

/**
 * Writes `<folder>/step-N`, complete or not at all: everything goes into a temporary folder beside it and onto the disk,
 * then the folder gets its name. A folder of that name (of a stretch that a resume cut off) is replaced.
 * @returns path and size in bytes
 * @throws UserError `disk-full` or `checkpoint-not-writable`; nothing is left behind then
 */
export function saveCheckpoint(folder: string, content: CheckpointContent): { path: string; bytes: number } {
  const { step } = content.manifest;
  const path = join(folder, checkpointName(step));
  const temporary = join(folder, `${TEMPORARY}${checkpointName(step)}-${process.pid}`);
  try {
    mkdirSync(temporary, { recursive: true });
    content.model.saveFolder(temporary);
    if (content.optimizer) writeOptimizer(temporary, content.optimizer);
    writeJsonAtomic(join(temporary, CHECKPOINT_FILES.manifest), content.manifest);
    syncFolder(temporary);
    const bytes = sizeOf(temporary);
    replaceFolder(temporary, path);
    return { path, bytes };
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw explainDiskError(error, step, folder, neededBytes(content));
  }
}

/** Replaces what a checkpoint says of itself, weights and optimizer staying: an evaluation made up for after a resume. */
export function amendCheckpoint(path: string, manifest: CheckpointManifest): { path: string; bytes: number } {
  try {
    writeJsonAtomic(join(path, CHECKPOINT_FILES.manifest), manifest);
  } catch (error) {
    throw explainDiskError(error, manifest.step, dirname(path), JSON.stringify(manifest).length);
  }
  return { path, bytes: sizeOf(path) };
}

/** Removes what a killed trainer left half-written. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(TEMPORARY)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

const sizeOf = (dir: string): number => filesOf(dir).reduce((sum, { bytes }) => sum + bytes, 0);

function writeOptimizer(dir: string, { arrays }: OptimizerState): void {
  const tensors = Array.from(arrays, ([name, values]) => ({ name, shape: [values.length], data: () => values }));
  writeSafetensors(join(dir, CHECKPOINT_FILES.optimizer), tensors);
}

function replaceFolder(temporary: string, path: string): void {
  if (existsSync(path)) {
    const old = `${temporary}-replaced`;
    renameSync(path, old);
    renameSync(temporary, path);
    rmSync(old, { recursive: true, force: true });
  } else {
    renameSync(temporary, path);
  }
  syncDirectory(dirname(path));
}

function neededBytes({ model, optimizer }: CheckpointContent): number {
  let numbers = model.parameters.reduce((sum, { value }) => sum + value.length, 0);
  for (const values of optimizer?.arrays.values() ?? []) numbers += values.length;
  return numbers * Float32Array.BYTES_PER_ELEMENT;
}
