import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { shownPath } from "./complaint.ts";
import { openTable } from "./readers.ts";
import { sortLabels } from "./labels.ts";
import type { FileFormat } from "./types.ts";

/** What a data file looks like to somebody who wants to train on it. */
export interface FileDescription {
  format: FileFormat;
  columns: string[];
  /** Rows looked at; `complete` says whether these are all. */
  rows: number;
  complete: boolean;
  /** The likeliest columns; undefined when none fits. */
  textColumn: string | undefined;
  labelColumn: string | undefined;
  /** Columns whose cells hold lists, also those written as JSON. */
  listColumns: string[];
  /** Sorted classes of the label column, when there are 2 to 50 and all rows were seen. */
  labels: string[] | undefined;
}

/** Rows that are enough to tell columns apart, and all that small files have. */
const ROWS = 20_000;
const MOST_CLASSES = 50;

interface ColumnTally {
  name: string;
  texts: number;
  lists: number;
  letters: number;
  values: Set<string>;
  filled: number;
}

/**
 * Looks at the beginning of a data file: the text column is the one with the longest texts, the label column the one with
 * the fewest different values that repeat; usual names win over both.
 */
export async function describeFile(file: string, signal?: AbortSignal): Promise<FileDescription> {
  const table = await openTable(file, "auto");
  const tallies = table.columns.map((name): ColumnTally => ({
    name,
    texts: 0,
    lists: 0,
    letters: 0,
    values: new Set(),
    filled: 0,
  }));
  let rows = 0;
  let complete = true;
  for await (const { values } of table.rows({ signal })) {
    if (rows === ROWS) {
      complete = false;
      break;
    }
    rows++;
    for (const tally of tallies) count(tally, values[tally.name]);
  }
  if (rows === 0) throw new UserError("data-empty", t("{0} has no rows.", shownPath(file)), { file });
  const textColumn = named(tallies, TEXT_NAMES) ?? longest(tallies, rows);
  const rest = tallies.filter((tally) => tally.name !== textColumn?.name);
  const labelColumn = named(rest, LABEL_NAMES) ?? fewest(rest, rows);
  const classes = labelColumn ? [...labelColumn.values] : [];
  const listed = complete && classes.length >= 2 && classes.length <= MOST_CLASSES;
  return {
    format: table.format,
    columns: table.columns,
    rows,
    complete,
    textColumn: textColumn?.name,
    labelColumn: labelColumn?.name,
    listColumns: tallies.filter(({ lists, filled }) => lists > 0 && lists === filled).map(({ name }) => name),
    labels: listed ? sortLabels(classes) : undefined,
  };
}

const TEXT_NAMES = ["text", "sentence", "content", "body", "message"];
const LABEL_NAMES = ["label", "labels", "class", "category", "target"];

const named = (tallies: ColumnTally[], names: readonly string[]): ColumnTally | undefined =>
  tallies.find(({ name }) => names.includes(name.toLowerCase()));

const longest = (tallies: ColumnTally[], rows: number): ColumnTally | undefined =>
  tallies
    .filter(({ texts }) => texts >= rows / 2)
    .toSorted((a, b) => b.letters - a.letters)
    .find(({ letters }) => letters / rows >= 8);

const fewest = (tallies: ColumnTally[], rows: number): ColumnTally | undefined =>
  tallies
    .filter(
      ({ values, filled }) =>
        values.size >= 2 && values.size < rows && values.size <= Math.max(2, rows / 3) && filled === rows,
    )
    .toSorted((a, b) => a.values.size - b.values.size)[0];

function count(tally: ColumnTally, value: unknown): void {
  if (value === undefined || value === null || value === "") return;
  tally.filled++;
  const text = typeof value === "string" ? value.trim() : JSON.stringify(value, withBigInts);
  if (typeof value === "string" ? text.startsWith("[") && text.endsWith("]") : Array.isArray(value)) tally.lists++;
  if (typeof value === "string") {
    tally.texts++;
    tally.letters += text.length;
  }
  if (tally.values.size <= MOST_CLASSES) tally.values.add(text);
}

/** Parquet's wide numbers, which JSON has no form for. */
const withBigInts = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
