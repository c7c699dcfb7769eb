import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { columnFor } from "../columns.ts";
import { rowError, shownValue } from "../complaint.ts";
import { labelOf, requireKnown, sortLabels, type LabelTally } from "../labels.ts";
import type { DataRow } from "../types.ts";
import type { Columns, NamedColumns, RowReader } from "./reader.ts";

const LABEL_NAMES = ["ner_tags", "tags", "pos_tags", "labels", "label"];

/** Rows with a list of tokens and a list of as many labels. */
export function tokenReader({ columns, file }: Columns, named: NamedColumns): RowReader {
  const tokens = columnFor("tokens", named.tokens, columns, file);
  const label = columnFor("label", named.label, columns, file, LABEL_NAMES);
  return {
    roles: { tokens, label },
    columns: [tokens, label],
    shape: null,
    read(row, { labels }) {
      const words = listIn(row, tokens);
      const tags = listIn(row, label);
      if (words.length !== tags.length) {
        throw rowError(
          "data-label-count",
          row,
          t("{0} tokens in {1}, but {2} labels in {3}.", words.length, tokens, tags.length, label),
          t("Write one label for each token."),
        );
      }
      for (const tag of tags) labels.add(labelOf(tag, label, row), row);
      return { text: words.map((word) => tokenOf(word, tokens, row)).join(" "), answer: null };
    },
  };
}

function tokenOf(word: unknown, column: string, row: DataRow): string {
  if (["string", "number", "bigint", "boolean"].includes(typeof word)) return String(word);
  throw rowError(
    "data-token-not-text",
    row,
    t("the column {0} lists {1}, which is not a token.", column, shownValue(word)),
    t("Write every token as a text."),
  );
}

/** The list in a cell; text formats may write it as JSON. */
function listIn(row: DataRow, column: string): unknown[] {
  const value = row.values[column];
  const list = typeof value === "string" ? parsed(value) : value;
  if (Array.isArray(list)) return list;
  const held = value === undefined || value === null ? t("nothing") : shownValue(value);
  throw rowError(
    "data-list-missing",
    row,
    t("the column {0} holds {1}, not a list.", column, held),
    t('Write lists such as ["Ada", "met", "Bob"] in every row, in JSONL or Parquet.'),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Class names of token labels: those listed, else those found. Whole numbers are places in the list. */
export function tokenLabels(
  train: LabelTally,
  evaluation: LabelTally | undefined,
  listed: readonly (string | number)[] | null,
): { labels: string[]; evalOnly: string[] } {
  const found = [...train.seen.keys()];
  const evalOnly = [...(evaluation?.seen.keys() ?? [])].filter((label) => !train.seen.has(label));
  if (!listed) return { labels: sortLabels([...found, ...evalOnly]), evalOnly };
  const labels = listed.map(String);
  const parts = evaluation ? [train, evaluation] : [train];
  const areIds = found.length > 0 && found.every(isId) && !labels.every(isId);
  for (const part of parts) {
    if (areIds) requireIds(part, labels.length);
    else requireKnown(part, labels);
  }
  return { labels, evalOnly: areIds ? evalOnly.map((id) => labels[Number(id)] ?? id) : evalOnly };
}

const isId = (label: string): boolean => /^\d+$/.test(label);

function requireIds(tally: LabelTally, classes: number): void {
  const bad = [...tally.seen].find(([label]) => !isId(label) || Number(label) >= classes);
  if (!bad) return;
  const [label, { first, count }] = bad;
  throw rowError(
    "data-label-id",
    first,
    t(
      "the label {0} is beyond the {1} classes of `data.labels`, which are numbered 0 to {2} (tokens that have it: {3}).",
      label,
      classes,
      classes - 1,
      count,
    ),
    t("List all classes in `data.labels` in the order of their numbers."),
  );
}

/** Tokens of each class by name. */
export function tokenCounts(tally: LabelTally | undefined, labels: readonly string[]): Record<string, number> {
  const seen = tally?.seen;
  return Object.fromEntries(
    labels.map((label, index) => [label, (seen?.get(label) ?? seen?.get(String(index)))?.count ?? 0]),
  );
}

/** The error for a token classification whose tokens all have the same label. */
export function requireClasses(tally: LabelTally, file: string): void {
  const [only, ...others] = tally.seen.keys();
  if (only === undefined || others.length > 0) return;
  throw new UserError("data-one-class", t("All tokens have the label {0}.", shownValue(only)), {
    file,
    advice: t("A classifier needs at least two classes; check `data.columns.label`."),
  });
}
