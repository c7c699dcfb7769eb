import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { rowError, shownPath } from "./complaint.ts";
import { RecordScanner, type CsvRecord } from "./csv-records.ts";
import { sniffDelimiter } from "./delimiter.ts";
import { emptyFile } from "./locations.ts";
import { headOf } from "./sniff.ts";
import { readText, type TextOptions } from "./text.ts";
import type { DataRow } from "./types.ts";

/** The delimiter a CSV file uses. */
export const delimiterOf = (file: string): string =>
  sniffDelimiter(headOf(file).toString("utf8").replaceAll("\r\n", "\n"));

/** Column names of the header. */
export async function csvColumns(file: string, delimiter: string): Promise<string[]> {
  const scanner = new RecordScanner(file, delimiter);
  for await (const piece of readText(file, {})) {
    scanner.add(piece);
    const header = scanner.next(false);
    if (header) return headerOf(file, header.fields);
  }
  const header = scanner.next(true);
  if (header) return headerOf(file, header.fields);
  throw emptyFile(file);
}

/** The rows after the header, as text values by column; fields a short record lacks are absent. */
export async function* csvRows(file: string, delimiter: string, options: TextOptions): AsyncGenerator<DataRow> {
  const scanner = new RecordScanner(file, delimiter);
  const rows = new RowMaker(file);
  for await (const piece of readText(file, options)) {
    scanner.add(piece);
    for (let record = scanner.next(false); record; record = scanner.next(false)) {
      const row = rows.make(record);
      if (row) yield row;
    }
  }
  for (let record = scanner.next(true); record; record = scanner.next(true)) {
    const row = rows.make(record);
    if (row) yield row;
  }
}

/** Makes rows of the records after the first, which is the header. */
class RowMaker {
  private header: string[] | undefined;
  private row = 0;
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  make({ fields, line }: CsvRecord): DataRow | undefined {
    const { file, header } = this;
    if (!header) {
      this.header = headerOf(file, fields);
      return undefined;
    }
    const row = ++this.row;
    if (fields.length > header.length) {
      const problem = t("the record has {0} fields, the header {1}.", fields.length, header.length);
      throw rowError(
        "data-row-malformed",
        { file, row, line },
        problem,
        t("Put a text that holds the delimiter or a line break in double quotes."),
      );
    }
    const values: Record<string, unknown> = {};
    for (let index = 0; index < fields.length; index++) values[header[index]!] = fields[index];
    return { file, row, line, values };
  }
}

function headerOf(file: string, fields: readonly string[]): string[] {
  const names = fields.map((field) => field.trim());
  const repeated = names.find((name, index) => name !== "" && names.indexOf(name) < index);
  if (repeated === undefined) return names;
  throw new UserError(
    "data-column-repeated",
    t("The header of {0} names the column {1} twice.", shownPath(file), repeated),
    {
      file,
      line: 1,
      advice: t("Give every column its own name."),
    },
  );
}
