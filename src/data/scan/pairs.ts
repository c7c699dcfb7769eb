import { t } from "../../base/l10n.ts";
import { columnFor, usualColumn } from "../columns.ts";
import { rowError, shownValue } from "../complaint.ts";
import { labelOf } from "../labels.ts";
import type { DataRow } from "../types.ts";
import { passageOf } from "./language.ts";
import type { Columns, NamedColumns, RowReader } from "./reader.ts";

/** Names of the two texts of a pair in the data sets of Sentence Transformers, and their like. */
const FIRST = ["anchor", "sentence1", "query", "question", "premise", "text1", "text"];
const SECOND = ["positive", "sentence2", "answer", "document", "passage", "hypothesis", "text2"];
const NEGATIVE = ["negative", "hard_negative"];
const SCORES = ["score", "similarity"];
const CLASSES = ["label", "similarity", "score"];

/** Pairs of texts for an embedding model: `data.columns.text` and `completion`, else by usual names; or texts with a class. */
export function pairReader({ columns, file }: Columns, named: NamedColumns): RowReader {
  const first = columnFor("text", named.text ?? named.prompt, columns, file, FIRST);
  const hasClasses = named.completion === undefined && !columns.some((name) => SECOND.includes(name.toLowerCase()));
  if (hasClasses && (named.label !== undefined || columns.some((name) => CLASSES.includes(name.toLowerCase())))) {
    const label = columnFor("label", named.label, columns, file, CLASSES);
    return {
      roles: { text: first, label },
      columns: [first, label],
      shape: null,
      pairs: "classes",
      read(row, { labels }) {
        labels.add(labelOf(row.values[label], label, row), row);
        return { text: passageOf(row, first), answer: null };
      },
    };
  }
  const second = columnFor("completion", named.completion, columns, file, SECOND);
  const negative = usualColumn(NEGATIVE, columns);
  // A column called label holds classes of pairs as often as scores: only the config can say that it is a score.
  const score =
    named.label === undefined ? usualColumn(SCORES, columns) : columnFor("label", named.label, columns, file);
  return {
    roles: { text: first, completion: second },
    columns: [first, second, ...[negative, score].filter((column) => column !== undefined)],
    shape: null,
    pairs: score !== undefined ? "scored" : negative === undefined ? "pairs" : "triplets",
    read(row) {
      const [text, answer] = [passageOf(row, first), passageOf(row, second)];
      if (negative !== undefined) passageOf(row, negative);
      if (score !== undefined) requireScore(row, score);
      return { text, answer };
    },
  };
}

/** Text formats write a number as text. */
function requireScore(row: DataRow, column: string): void {
  const value = row.values[column];
  const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
  if (isNumber || (typeof value === "string" && NUMBER.test(value.trim()))) return;
  const problem =
    value === undefined || value === null || value === ""
      ? t("the column {0} has no score.", column)
      : t("the column {0} holds {1}, which is not a number.", column, shownValue(value));
  throw rowError("data-score-not-a-number", row, problem, t("Write a number for each pair, or rename the column."));
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i;
