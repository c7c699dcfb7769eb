import { columnFor } from "../columns.ts";
import { labelOf } from "../labels.ts";
import { passageOf } from "./language.ts";
import type { Columns, NamedColumns, RowReader } from "./reader.ts";

/** Names of the two texts of a pair in the data sets of Sentence Transformers, and their like. */
const FIRST = ["anchor", "sentence1", "query", "question", "premise", "text1", "text"];
const SECOND = ["positive", "sentence2", "answer", "document", "passage", "hypothesis", "text2"];
const SCORES = ["score", "similarity", "label"];

/** Pairs of texts for an embedding model: `data.columns.text` and `completion`, else by usual names; or texts with a class. */
export function pairReader({ columns, file }: Columns, named: NamedColumns): RowReader {
  const first = columnFor("text", named.text ?? named.prompt, columns, file, FIRST);
  const hasClasses = named.completion === undefined && !columns.some((name) => SECOND.includes(name.toLowerCase()));
  if (hasClasses && (named.label !== undefined || columns.some((name) => SCORES.includes(name.toLowerCase())))) {
    const label = columnFor("label", named.label, columns, file, [...SCORES].reverse());
    return {
      roles: { text: first, label },
      columns: [first, label],
      shape: null,
      read(row, { labels }) {
        labels.add(labelOf(row.values[label], label, row), row);
        return { text: passageOf(row, first), answer: null };
      },
    };
  }
  const second = columnFor("completion", named.completion, columns, file, SECOND);
  return {
    roles: { text: first, completion: second },
    columns: [first, second],
    shape: null,
    read: (row) => ({ text: passageOf(row, first), answer: passageOf(row, second) }),
  };
}
