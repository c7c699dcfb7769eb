/** Tables the trainer logs: sample predictions, confusion matrix, per-label report; and what lies on the disk of a checkpoint. */
import * as v from "valibot";

export const cell = v.union([v.string(), v.number(), v.boolean(), v.null()]);
export type PageCell = v.InferOutput<typeof cell>;

export const table = v.object({
  name: v.string(),
  step: v.number(),
  columns: v.array(v.string()),
  rows: v.array(v.array(cell)),
});
export type PageTable = v.InferOutput<typeof table>;

export const checkpointFolder = v.object({
  step: v.number(),
  /** Absolute. */
  path: v.string(),
  /** `writing`: a live trainer is at it; `incomplete`: writing stopped, or files went missing since. */
  state: v.picklist(["complete", "incomplete", "writing"]),
  /** Bytes on the disk. */
  bytes: v.number(),
  /** Bytes of the whole checkpoint; null when there is none to go by. */
  expectedBytes: v.nullable(v.number()),
  parts: v.array(v.object({ kind: v.picklist(["weights", "adapter", "optimizer"]), bytes: v.number() })),
  /** Epochs done, with fraction; null when the checkpoint does not say. */
  epoch: v.nullable(v.number()),
});
export type PageCheckpointFolder = v.InferOutput<typeof checkpointFolder>;

export const tableQueries = {
  /** The table at a step; null when none was logged there. `step` null: the newest. */
  table: {
    args: v.object({ run: v.string(), name: v.string(), step: v.nullable(v.number()) }),
    answer: v.nullable(table),
  },
  /** The checkpoints of a run that are on the disk, half-written ones too, by step. */
  checkpointFolders: {
    args: v.object({ run: v.string() }),
    answer: v.object({
      folders: v.array(checkpointFolder),
      /** Where a resume would go on; null when it would begin anew. */
      resumeStep: v.nullable(v.number()),
    }),
  },
} as const;
