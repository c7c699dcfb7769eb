import type { TableEvent } from "../../../journal/events.ts";
import type { Example } from "../../../data/types.ts";
import type { Evaluation } from "./evaluate.ts";

/** A table of the journal without its time and step. */
export type Table = Pick<TableEvent, "name" | "columns" | "rows">;

const SAMPLES = 50;
/** Wrongly classified rows among them, so that some right ones are seen too. */
const MISTAKES = 40;
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
 * Up to 50 sample predictions: first the mistakes, dearest (greatest loss) first, then right ones in the order of the
 * data. `row` is the row in `file`; `p(label)` the probability of each class.
 */
export function samplesTable(evaluation: Evaluation, examples: readonly Example[], labels: readonly string[]): Table {
  const { predicted, probabilities, losses } = evaluation;
  const rows = examples.map((_, row) => row);
  const isRight = (row: number): boolean => predicted[row] === examples[row]!.label;
  const mistakes = rows.filter((row) => !isRight(row)).sort((a, b) => losses[b]! - losses[a]! || a - b);
  const chosen = mistakes.slice(0, MISTAKES);
  chosen.push(...rows.filter(isRight).slice(0, SAMPLES - chosen.length));
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

const rounded = (share: number): number => Math.round(share * 1e4) / 1e4;

function shorten(text: string): string {
  const line = text
    .slice(0, TEXT_LENGTH * 4)
    .replace(/\s+/g, " ")
    .trim();
  const letters = Array.from(line);
  return letters.length > TEXT_LENGTH ? `${letters.slice(0, TEXT_LENGTH).join("")}…` : line;
}
