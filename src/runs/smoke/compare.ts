import { formatMetric } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import type { TableEvent } from "../../journal/events.ts";

/** Predictions of a model before it was saved beside those after it was loaded again. */
export interface ReloadComparison {
  /** Rows compared; 0 where nothing was predicted. */
  rows: number;
  /** Rows with another prediction. */
  changed: number;
  /** Greatest difference of a probability; null without probabilities. */
  maxDifference: number | null;
  /** Why the models are not the same, one sentence; null when they are. */
  problem: string | null;
}

/** Another process may add up in another order; a head that was not saved is off by far more. */
const TOLERANCE = 1e-3;

/** Compares two tables of sample predictions (`eval/samples`) row by row. */
export function comparePredictions(before: TableEvent | undefined, after: TableEvent | undefined): ReloadComparison {
  if (!before || !after) return { rows: 0, changed: 0, maxDifference: null, problem: null };
  const keyed = new Map(after.rows.map((row) => [keyOf(after, row), row]));
  const pairs = before.rows.flatMap((row) => {
    const other = keyed.get(keyOf(before, row));
    return other ? [[row, other] as const] : [];
  });
  // A label, or what a language model writes, always with the likeliest token.
  const prediction = before.columns.findIndex((name) => name === "prediction" || name === "generated");
  const shares = before.columns.flatMap((name, index) => (name.startsWith("p(") ? [index] : []));
  const changed = pairs.filter(([row, other]) => row[prediction] !== other[prediction]).length;
  const differences = pairs.flatMap(([row, other]) =>
    shares.map((index) => Math.abs(Number(row[index]) - Number(other[index]))).filter((one) => Number.isFinite(one)),
  );
  const maxDifference = differences.length === 0 ? null : differences.reduce((most, one) => Math.max(most, one), 0);
  return { rows: pairs.length, changed, maxDifference, problem: problemOf(pairs.length, changed, maxDifference) };
}

const keyOf = ({ columns }: TableEvent, row: TableEvent["rows"][number]): string =>
  JSON.stringify(["file", "row", "text"].map((name) => row[columns.indexOf(name)]));

function problemOf(rows: number, changed: number, maxDifference: number | null): string | null {
  if (maxDifference !== null && maxDifference > TOLERANCE) {
    return t(
      "The saved model predicts otherwise after it is loaded again: {0} of {1} rows change, probabilities by up to {2}.",
      changed,
      rows,
      formatMetric(maxDifference),
    );
  }
  if (maxDifference === null && changed > 0) {
    return t("The saved model predicts otherwise after it is loaded again: {0} of {1} rows change.", changed, rows);
  }
  return null;
}
