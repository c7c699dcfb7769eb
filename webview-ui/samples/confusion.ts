/** A confusion matrix out of its logged table: rows are true labels, columns predicted ones. */
import type { PageTable } from "../../src/messages/tables.ts";

export interface Confusion {
  labels: readonly string[];
  /** `[true][predicted]`. */
  counts: readonly (readonly number[])[];
  total: number;
  /** Share of the rows that are right; null without rows. */
  accuracy: number | null;
}

/** Undefined for a table that is no confusion matrix. */
export function readConfusion({ columns, rows }: PageTable): Confusion | undefined {
  const labels = columns.slice(1);
  if (labels.length === 0 || rows.length !== labels.length) return undefined;
  const counts = rows.map((row) => row.slice(1).map((count) => (typeof count === "number" ? count : 0)));
  if (counts.some((row) => row.length !== labels.length)) return undefined;
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, row, index) => sum + row[index]!, 0);
  return { labels, counts, total, accuracy: total > 0 ? right / total : null };
}

/** The share of a cell among the rows of its true label. */
export function shareOf({ counts }: Confusion, truth: number, predicted: number): number {
  const row = counts[truth]!;
  const sum = row.reduce((total, count) => total + count, 0);
  return sum === 0 ? 0 : row[predicted]! / sum;
}
