/** Tables the trainer logs: sample predictions, confusion matrix, per-label report. */
import * as v from "valibot";

export const table = v.object({
  name: v.string(),
  step: v.number(),
  columns: v.array(v.string()),
  rows: v.array(v.array(v.union([v.string(), v.number(), v.boolean(), v.null()]))),
});
export type PageTable = v.InferOutput<typeof table>;

export const tableQueries = {
  /** The table at a step; null when none was logged there. `step` null: the newest. */
  table: {
    args: v.object({ run: v.string(), name: v.string(), step: v.nullable(v.number()) }),
    answer: v.nullable(table),
  },
} as const;
