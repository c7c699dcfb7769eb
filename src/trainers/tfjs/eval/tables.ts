import type { TableEvent } from "../../../journal/events.ts";
import type { Example } from "../../../data/types.ts";
import type { Evaluation } from "./evaluate.ts";

/** A table of the journal without its time and step. */
export type Table = Pick<TableEvent, "name" | "columns" | "rows">;

/** Rows of one table of samples, and probabilities in it: an evaluation costs the journal some hundred kilobytes at most. */
const MAX_SAMPLES = 500;
const MIN_SAMPLES = 50;
const MAX_PROBABILITIES = 20_000;
/** The share of the dearest mistakes among them when not all rows fit. */
const MISTAKES = 0.2;
const TEXT_LENGTH = 200;

/** Rows are true labels, columns predicted ones. */
export function confusionTable({ confusion }: Evaluation, labels: readonly string[]): Table {
  return {
    name: "eval/confusion_matrix",
    columns: ["label", ...labels],
    rows: confusion.map((counts, index) => [labels[index]!, ...counts]),
  };
}

export function reportTable({ classes }: Evaluation): Table {
  return {
    name: "eval/report",
    columns: ["label", "precision", "recall", "f1", "support"],
    rows: classes.map(({ label, precision, recall, f1, support }) => [label, precision, recall, f1, support]),
  };
}

/**
 * Sample predictions: every evaluation row when there are at most 500 of them (fewer with many labels). Of more rows the same
 * evenly spaced ones at each evaluation, so that two evaluations can be laid side by side, and the dearest mistakes (greatest
 * loss). First the mistakes, dearest first, then right ones in the order of the data. `row` is the row in `file`; `p(label)`
 * the probability of each class.
 */
export function samplesTable(evaluation: Evaluation, examples: readonly Example[], labels: readonly string[]): Table {
  const { predicted, probabilities, losses } = evaluation;
  const isRight = (row: number): boolean => predicted[row] === examples[row]!.label;
  const dearest = (rows: number[]): number[] =>
    rows.filter((row) => !isRight(row)).sort((a, b) => losses[b]! - losses[a]! || a - b);
  const limit = Math.min(MAX_SAMPLES, Math.max(MIN_SAMPLES, Math.floor(MAX_PROBABILITIES / labels.length)));
  const rows = chooseRows(dearest([...examples.keys()]), examples.length, limit);
  const chosen = [...dearest(rows), ...rows.filter(isRight)];
  return {
    name: "eval/samples",
    columns: ["text", "label", "prediction", ...labels.map((label) => `p(${label})`), "file", "row"],
    rows: chosen.map((row) => {
      const { text, label, file, row: place } = examples[row]!;
      const shares = probabilities.subarray(row * labels.length, (row + 1) * labels.length);
      return [shorten(text), labels[label]!, labels[predicted[row]!]!, ...Array.from(shares, rounded), file, place];
    }),
  };
}

/** At most `limit` of `count` rows, in order: evenly spaced ones, filled up with mistakes. */
function chooseRows(mistakes: readonly number[], count: number, limit: number): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, row) => row);
  const spaced = Math.ceil(limit * (1 - MISTAKES));
  const chosen = new Set(Array.from({ length: spaced }, (_, index) => Math.floor((index * count) / spaced)));
  for (const row of mistakes) {
    if (chosen.size === limit) break;
    chosen.add(row);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** A probability as tables show it. */
export const rounded = (share: number): number => Math.round(share * 1e4) / 1e4;

function shorten(text: string): string {
  const line = text
    .slice(0, TEXT_LENGTH * 4)
    .replace(/\s+/g, " ")
    .trim();
  const letters = Array.from(line);
  return letters.length > TEXT_LENGTH ? `${letters.slice(0, TEXT_LENGTH).join("")}…` : line;
}
