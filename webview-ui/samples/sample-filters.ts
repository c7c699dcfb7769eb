import type { ConfusionCell } from "./confusion-matrix.ts";
import { matches, type SampleRow } from "./sample-rows.ts";

export const SAMPLE_FILTERS = ["all", "wrong", "right", "unsure"] as const;
export type SampleFilter = (typeof SAMPLE_FILTERS)[number];

/** Below this the model is not sure of its prediction. */
export const UNSURE_BELOW = 0.6;

export function passes(row: SampleRow, filter: SampleFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "wrong":
      return row.isRight === false;
    case "right":
      return row.isRight === true;
    case "unsure":
      return row.probability !== null && row.probability < UNSURE_BELOW;
  }
}

/** The rows to show. */
export function shownRows(
  rows: readonly SampleRow[],
  { filter, search, cell }: { filter: SampleFilter; search: string; cell: ConfusionCell | null },
): SampleRow[] {
  return rows.filter(
    (row) =>
      passes(row, filter) &&
      (!cell || (row.label === cell.truth && row.prediction === cell.predicted)) &&
      matches(row, search),
  );
}
