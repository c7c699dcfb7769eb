import type { ResolvedConfig } from "../config/types.ts";
import { rowError, shownValue } from "./complaint.ts";
import { columnFor } from "./columns.ts";
import { chooseLabels, labelOf, LabelTally, requireKnown } from "./labels.ts";
import type { Table } from "./readers.ts";
import { readRows } from "./rows.ts";
import { heldOut } from "./split.ts";
import type { ClassificationData, DataFile, DataRow, Example, ReadOptions } from "./types.ts";

/** The parts of a config that decide what the data is. */
export type DataConfig = Pick<ResolvedConfig, "data" | "run">;

/** A row whose label is not an index yet. */
interface Labelled {
  text: string;
  label: string;
  file: string;
  row: number;
}

/** The rows of one of `data.train` and `data.eval`, with what was found on the way. */
interface Part {
  rows: Labelled[];
  tally: LabelTally;
  files: DataFile[];
  tables: Table[];
}

/**
 * Reads the rows of a text classification: columns found, labels chosen, evaluation rows named or held out.
 * `baseDir` is the folder relative paths start from. Anything wrong is a `UserError` that names file, row and advice.
 */
export async function loadClassificationData(
  config: DataConfig,
  baseDir: string,
  options: ReadOptions = {},
): Promise<ClassificationData> {
  const { data, run } = config;
  const train = await readPart(data, data.train, baseDir, options);
  const labels = chooseLabels(train.tally, data.labels);
  const evaluation = data.eval === null ? undefined : await readPart(data, data.eval, baseDir, options);
  if (evaluation) requireKnown(evaluation.tally, labels, "no training row has it");

  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const indexed = (part: Part): Example[] => part.rows.map((row) => ({ ...row, label: indexOf.get(row.label)! }));
  const all = indexed(train);
  const split = evaluation
    ? { train: all, eval: indexed(evaluation) }
    : hold(all, labels.length, data.eval_fraction, run.seed);
  return {
    ...split,
    labels,
    classCounts: { train: countClasses(split.train, labels), eval: countClasses(split.eval, labels) },
    files: [...train.files, ...(evaluation?.files ?? [])],
    facts: factsOf(data, train, evaluation, labels),
  };
}

/** Rows held out and rows left, both in the order of the data. */
function hold(rows: Example[], classes: number, fraction: number, seed: number): { train: Example[]; eval: Example[] } {
  const isHeldOut = heldOut(
    rows.map((row) => row.label),
    classes,
    fraction,
    seed,
  );
  return {
    train: rows.filter((_row, index) => !isHeldOut[index]),
    eval: rows.filter((_row, index) => isHeldOut[index]),
  };
}

async function readPart(
  data: DataConfig["data"],
  spec: string | readonly string[],
  baseDir: string,
  options: ReadOptions,
): Promise<Part> {
  const part: Part = { rows: [], tally: new LabelTally(), files: [], tables: [] };
  let columns = { text: "", label: "" };
  const rows = readRows(
    { spec, format: data.format, baseDir },
    {
      ...options,
      columns: (table) => {
        columns = columnsOf(data, table);
        return [columns.text, columns.label];
      },
      onFile: (file, table) => {
        part.files.push(file);
        part.tables.push(table);
      },
    },
  );
  for await (const row of rows) {
    const label = labelOf(row.values[columns.label], columns.label, row);
    part.tally.add(label, row);
    part.rows.push({ text: textOf(row, columns.text), label, file: row.file, row: row.row });
  }
  return part;
}

const columnsOf = ({ columns }: DataConfig["data"], table: Table): { text: string; label: string } => ({
  text: columnFor("text", columns.text, table.columns, table.file),
  label: columnFor("label", columns.label, table.columns, table.file),
});

function textOf(row: DataRow, column: string): string {
  const value = row.values[column];
  if (typeof value === "string") return value;
  if (value === undefined || value === null) {
    throw rowError("data-text-missing", row, `the column ${column} has no text.`, "Fill it in or remove the row.");
  }
  const problem = `the column ${column} holds ${shownValue(value)}, which is not a text.`;
  throw rowError(
    "data-text-not-text",
    row,
    problem,
    "Name the column with the text in `data.columns.text`, or put the value in quotes.",
  );
}

function countClasses(rows: readonly Example[], labels: readonly string[]): Record<string, number> {
  const counts = labels.map(() => 0);
  for (const { label } of rows) counts[label]!++;
  return Object.fromEntries(labels.map((label, index) => [label, counts[index]!]));
}

function factsOf(data: DataConfig["data"], train: Part, evaluation: Part | undefined, labels: readonly string[]) {
  const [table] = train.tables;
  const columns = table ? columnsOf(data, table) : undefined;
  const guessed = (["text", "label"] as const).filter((role) => data.columns[role] === undefined);
  const empty = [...train.rows, ...(evaluation?.rows ?? [])].filter((row) => row.text.trim() === "").length;
  return {
    textColumn: columns?.text ?? null,
    labelColumn: columns?.label ?? null,
    guessedColumns: guessed,
    inferredLabels: data.labels === null,
    classes: labels.length,
    format: table?.format ?? null,
    delimiter: table?.delimiter ?? null,
    emptyTexts: empty,
    evalSource: evaluation ? "data.eval" : data.eval_fraction > 0 ? "data.eval_fraction" : "none",
  };
}
