import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../base/errors.ts";
import { readJson } from "../../../base/files.ts";
import type { OptimizerState } from "../optim/optimizer.ts";
import { openSafetensors } from "../weights/safetensors.ts";
import { CHECKPOINT_FILES, type CheckpointManifest } from "./format.ts";

/** What a checkpoint of ours says of itself; undefined for any other folder. */
export function readManifest(dir: string): CheckpointManifest | undefined {
  const manifest = readJson<Partial<CheckpointManifest>>(join(dir, CHECKPOINT_FILES.manifest));
  return manifest?.version === 1 && manifest.state ? (manifest as CheckpointManifest) : undefined;
}

/** The same, for a folder that must be one. @throws UserError */
export function requireManifest(dir: string): CheckpointManifest {
  const manifest = readManifest(dir);
  if (manifest) return manifest;
  const why = existsSync(dir) ? `has no readable ${CHECKPOINT_FILES.manifest}` : "does not exist";
  throw new UserError("checkpoint-unreadable", `The checkpoint ${dir} ${why}.`, {
    advice: "Resume or fork from another checkpoint of the run.",
    file: dir,
  });
}

/** The optimizer's state, or undefined when the checkpoint was saved without. @throws UserError for a damaged file */
export function readOptimizer(dir: string, manifest: CheckpointManifest): OptimizerState | undefined {
  const path = join(dir, CHECKPOINT_FILES.optimizer);
  if (!existsSync(path)) return undefined;
  const file = openSafetensors(path);
  try {
    const arrays = new Map(file.names.map((name) => [name, file.read(name)]));
    return { step: manifest.state.optimizerStep, arrays };
  } finally {
    file.close();
  }
}
