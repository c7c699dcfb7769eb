import { t } from "../base/l10n.ts";
import type { ResolvedConfig } from "../config/types.ts";
import { rowError, shownValue } from "./complaint.ts";
import { columnFor } from "./columns.ts";
import { labelOf, LabelTally } from "./labels.ts";
import type { Table } from "./readers.ts";
import { readRows } from "./rows.ts";
import type { DataFile, DataRow, ReadOptions } from "./types.ts";

/** The parts of a config that decide what the data is. */
export type DataConfig = Pick<ResolvedConfig, "data" | "run">;

/** What was found in one of `data.train` and `data.eval` while its rows went by. */
export interface LabelledPart {
  rows: number;
  emptyTexts: number;
  tally: LabelTally;
  files: DataFile[];
  tables: Table[];
}

/** Reads labelled texts and hands each on: nothing is kept but counts. Anything wrong is a `UserError` with its place. */
export async function readLabelled(
  data: DataConfig["data"],
  spec: string | readonly string[],
  baseDir: string,
  options: ReadOptions,
  onRow: (text: string, label: string, row: DataRow) => void,
): Promise<LabelledPart> {
  const part: LabelledPart = { rows: 0, emptyTexts: 0, tally: new LabelTally(), files: [], tables: [] };
  let columns = { text: "", label: "" };
  const rows = readRows(
    { spec, format: data.format, baseDir },
    {
      ...options,
      columns: (table) => {
        columns = labelledColumns(data, table);
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
    const text = textOf(row, columns.text);
    part.rows++;
    if (text.trim() === "") part.emptyTexts++;
    onRow(text, label, row);
  }
  return part;
}

/** The columns with text and class of a table. */
export const labelledColumns = ({ columns }: DataConfig["data"], table: Table): { text: string; label: string } => ({
  text: columnFor("text", columns.text, table.columns, table.file),
  label: columnFor("label", columns.label, table.columns, table.file),
});

/** The text in a cell of a row; anything else is a `UserError`. */
export function textOf(row: DataRow, column: string): string {
  const value = row.values[column];
  if (typeof value === "string") return value;
  if (value === undefined || value === null) {
    throw rowError(
      "data-text-missing",
      row,
      t("the column {0} has no text.", column),
      t("Fill it in or remove the row."),
    );
  }
  const problem = t("the column {0} holds {1}, which is not a text.", column, shownValue(value));
  throw rowError(
    "data-text-not-text",
    row,
    problem,
    t("Name the column with the text in `data.columns.text`, or put the value in quotes."),
  );
}

/** What was found and guessed, for the run's record. */
export function labelledFacts(
  data: DataConfig["data"],
  train: LabelledPart,
  evaluation: LabelledPart | undefined,
  labels: readonly string[],
): Record<string, unknown> {
  const [table] = train.tables;
  const columns = table ? labelledColumns(data, table) : undefined;
  const guessed = (["text", "label"] as const).filter((role) => data.columns[role] === undefined);
  return {
    textColumn: columns?.text ?? null,
    labelColumn: columns?.label ?? null,
    guessedColumns: guessed,
    inferredLabels: data.labels === null,
    classes: labels.length,
    format: table?.format ?? null,
    delimiter: table?.delimiter ?? null,
    emptyTexts: train.emptyTexts + (evaluation?.emptyTexts ?? 0),
    evalSource: evalSource(data),
  };
}

/** Where evaluation rows come from, for the run's record. */
export const evalSource = (data: DataConfig["data"]): "data.eval" | "data.eval_fraction" | "none" =>
  data.eval !== null ? "data.eval" : data.eval_fraction > 0 ? "data.eval_fraction" : "none";
