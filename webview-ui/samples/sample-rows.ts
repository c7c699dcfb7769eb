/** Sample predictions out of a logged table, whatever trainer logged it. */
import { csvField } from "../shared/csv.ts";
import type { PageCell, PageTable } from "../../src/messages/tables.ts";

export interface SampleRow {
  /** The same for a data row at every evaluation. */
  key: string;
  text: string;
  /** What it should be; null when the table does not say. */
  label: string | null;
  /** What the model made of it; null when the table does not say. */
  prediction: string | null;
  /** Whether it is what it should be; null when that cannot be told. */
  isRight: boolean | null;
  /** Of the prediction, 0–1; null without probabilities. */
  probability: number | null;
  /** Of each label, in the order of the table's columns. */
  shares: readonly { label: string; share: number }[];
  /** The data file as the table has it, and the row in it (1-based). */
  file: string | null;
  row: number | null;
  /** Every cell, for columns that are not known. */
  cells: readonly PageCell[];
}

export interface Samples {
  step: number;
  rows: readonly SampleRow[];
  /** Labels that have probabilities. */
  labels: readonly string[];
  /** Whether rows have a label and a prediction, so that right and wrong can be told. */
  isJudged: boolean;
  /** What the table calls text, label and prediction (`prompt`, `reference`, `generated`). */
  names: { text: string; label: string; prediction: string };
  /** Columns that mean nothing here: shown as they are. */
  others: readonly { name: string; index: number }[];
}

const TEXTS = ["text", "prompt", "input", "question", "sentence"];
const LABELS = ["label", "true", "target", "reference", "expected"];
const PREDICTIONS = ["prediction", "predicted", "output", "completion", "generated"];
/** What is written freely is seldom the same as its reference, and not wrong for it. */
const WRITTEN = ["reference", "output", "completion", "generated"];
const SHARE = /^p\((.*)\)$/s;
/** The column with the probability of whatever was predicted, of tasks that predict more than one label. */
const OWN_SHARE = "p(prediction)";

/** Reads a table by the names of its columns. */
export function readSamples({ step, columns, rows }: PageTable): Samples {
  const find = (names: readonly string[]): number => columns.findIndex((name) => names.includes(name.toLowerCase()));
  const at = {
    text: find(TEXTS),
    label: find(LABELS),
    prediction: find(PREDICTIONS),
    file: find(["file"]),
    row: find(["row"]),
  };
  const probabilities = columns.flatMap((name, index) => {
    const label = SHARE.exec(name)?.[1];
    return label === undefined ? [] : [{ label, index }];
  });
  // A class may be called "prediction" too, but then there are others beside it.
  const own =
    probabilities.length === 1 && columns[probabilities[0]!.index] === OWN_SHARE ? probabilities[0]!.index : -1;
  const shares = own < 0 ? probabilities : [];
  const known = new Set([...Object.values(at), ...probabilities.map(({ index }) => index)]);
  const isWritten = [at.label, at.prediction].some((place) => WRITTEN.includes(columns[place]?.toLowerCase() ?? ""));
  const places: Places = { ...at, own, isJudged: at.label >= 0 && at.prediction >= 0 && !isWritten };
  return {
    step,
    rows: toldApart(rows.map((cells, index) => readRow(cells, index, places, shares))),
    labels: shares.map(({ label }) => label),
    isJudged: places.isJudged,
    names: {
      text: columns[at.text] ?? "text",
      label: columns[at.label] ?? "label",
      prediction: columns[at.prediction] ?? "prediction",
    },
    others: columns.flatMap((name, index) => (known.has(index) ? [] : [{ name, index }])),
  };
}

/** Rows without a place in a file are known by their text; those that repeat one are counted. */
function toldApart(rows: readonly SampleRow[]): SampleRow[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const times = (seen.get(row.key) ?? 0) + 1;
    seen.set(row.key, times);
    return times === 1 ? row : { ...row, key: `${row.key} (${times})` };
  });
}

interface Places extends Record<"text" | "label" | "prediction" | "file" | "row" | "own", number> {
  isJudged: boolean;
}

function readRow(
  cells: readonly PageCell[],
  index: number,
  at: Places,
  columns: readonly { label: string; index: number }[],
): SampleRow {
  const word = (place: number): string | null => (cells[place] === null ? null : wordOf(cells[place]));
  const shares = columns.flatMap(({ label, index: place }) => {
    const share = cells[place];
    return typeof share === "number" ? [{ label, share }] : [];
  });
  const label = word(at.label);
  const prediction = word(at.prediction);
  const text = word(at.text) ?? "";
  const file = word(at.file);
  const row = cells[at.row];
  const number = typeof row === "number" ? row : null;
  const own = cells[at.own];
  return {
    key: number === null ? text || String(index) : `${file ?? ""}:${number}`,
    text,
    label,
    prediction,
    isRight: !at.isJudged || label === null || prediction === null ? null : label === prediction,
    probability: typeof own === "number" ? own : (shares.find((share) => share.label === prediction)?.share ?? null),
    shares,
    file,
    row: number,
    cells,
  };
}

const wordOf = (value: PageCell | undefined): string | null => (value === undefined ? null : String(value));

/** Whether a row holds every word of a search, in its text, labels or unknown columns; letter case does not count. */
export function matches(row: SampleRow, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const hay = [row.text, row.label, row.prediction, row.row, ...row.cells.filter((cell) => typeof cell === "string")]
    .join("\n")
    .toLowerCase();
  return words.every((word) => hay.includes(word));
}

/** Orders texts by code unit, so that the order is the same in every language. */
export const compareText = (a: string | null, b: string | null): number => {
  if (a === b) return 0;
  return (a ?? "") < (b ?? "") ? -1 : 1;
};

/** Where a row stands, as short as it can be found by: relative to the config's folder, with its line in files that have one row a line. */
export function placeOf(row: Pick<SampleRow, "file" | "row">, configFile: string): string {
  const folder = configFile.replace(/[^/\\]*$/, "");
  const file = row.file === null ? "" : row.file.startsWith(folder) ? row.file.slice(folder.length) : row.file;
  return row.row === null ? file : `${file}:${row.row}`;
}

/** A table as CSV (RFC 4180): texts in quotes where they need them. */
export function toCsv(columns: readonly string[], rows: readonly (readonly PageCell[])[]): string {
  const field = (value: PageCell): string => csvField(value === null ? "" : String(value));
  return [columns, ...rows].map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}
