import { Readable, pipeline } from "node:stream";
import { CsvError, parse, type Info } from "csv-parse";
import { UserError } from "../base/errors.ts";
import { rowError, shownPath } from "./complaint.ts";
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
  for await (const { fields } of records(file, delimiter, {})) return headerOf(file, fields);
  throw emptyFile(file);
}

/** The rows after the header, as text values by column; fields a short record lacks are absent. */
export async function* csvRows(file: string, delimiter: string, options: TextOptions): AsyncGenerator<DataRow> {
  let header: string[] | undefined;
  let row = 0;
  for await (const { fields, line } of records(file, delimiter, options)) {
    if (!header) {
      header = headerOf(file, fields);
      continue;
    }
    row++;
    if (fields.length > header.length) {
      const problem = `the record has ${fields.length} fields, the header ${header.length}.`;
      throw rowError(
        "data-row-malformed",
        { file, row, line },
        problem,
        "Put a text that holds the delimiter or a line break in double quotes.",
      );
    }
    yield { file, row, line, values: Object.fromEntries(fields.map((field, index) => [header![index]!, field])) };
  }
}

function headerOf(file: string, fields: readonly string[]): string[] {
  const names = fields.map((field) => field.trim());
  const repeated = names.find((name, index) => name !== "" && names.indexOf(name) < index);
  if (repeated === undefined) return names;
  throw new UserError("data-column-repeated", `The header of ${shownPath(file)} names the column ${repeated} twice.`, {
    file,
    line: 1,
    advice: "Give every column its own name.",
  });
}

interface CsvRecord {
  fields: string[];
  /** 1-based line the record starts at. */
  line: number;
}

/** Records by RFC 4180, header included. Quotes within an unquoted field are taken as they are, empty lines are skipped. */
async function* records(file: string, delimiter: string, options: TextOptions): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    info: true,
    raw: true,
    record_delimiter: "\n",
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const source = Readable.from(readText(file, options));
  // Errors of either stream reach the loop below through the parser.
  pipeline(source, parser, () => undefined);
  let linesBefore = 0;
  try {
    for await (const { record, raw } of parser as AsyncIterable<{ record: string[]; raw: string; info: Info }>) {
      const skipped = /^\n*/.exec(raw)![0].length;
      const line = linesBefore + skipped + 1;
      if (record.some((field) => field.startsWith('"'))) requireWellQuoted(file, delimiter, raw.slice(skipped), line);
      linesBefore += countLineEnds(raw);
      yield { fields: record, line };
    }
  } catch (error) {
    throw error instanceof CsvError ? csvProblem(file, delimiter, error, linesBefore) : error;
  } finally {
    source.destroy();
  }
}

/** A field that begins with a quote after parsing was either written with a doubled quote or not closed where it should be. */
function requireWellQuoted(file: string, delimiter: string, raw: string, line: number): void {
  const bad = badQuote(raw, delimiter);
  if (bad === undefined) return;
  throw unbalanced(file, line + countLineEnds(raw.slice(0, bad)));
}

function csvProblem(file: string, delimiter: string, error: CsvError, linesBefore: number): UserError {
  const raw = typeof error["raw"] === "string" ? error["raw"] : "";
  if (error.code !== "CSV_QUOTE_NOT_CLOSED") {
    const line = linesBefore + 1;
    return new UserError("data-row-malformed", `${shownPath(file)} line ${line} is not CSV: ${error.message}.`, {
      file,
      line,
      cause: error,
    });
  }
  return unbalanced(file, linesBefore + 1 + countLineEnds(raw.slice(0, badQuote(raw, delimiter) ?? 0)));
}

function unbalanced(file: string, line: number): UserError {
  return new UserError(
    "data-quote-unbalanced",
    `${shownPath(file)} line ${line}: a double quote opens here and is not closed.`,
    {
      file,
      line,
      advice: 'Close it, or write a quote within a quoted text twice ("").',
    },
  );
}

/** Offset of the first opening quote in a record whose field is not closed before the next delimiter; undefined when all are. */
function badQuote(raw: string, delimiter: string): number | undefined {
  const quoted = /"(?:[^"]|"")*"/y;
  let at = 0;
  while (at <= raw.length) {
    if (raw[at] === '"') {
      quoted.lastIndex = at;
      const end = quoted.exec(raw) ? quoted.lastIndex : undefined;
      const next = end === undefined ? undefined : raw[end];
      if (end === undefined || (next !== undefined && next !== delimiter && next !== "\n")) return at;
      at = end + 1;
    } else if (raw[at] === "\n") {
      at++;
    } else {
      const end = nextOf(raw, delimiter, at);
      if (end < 0) return undefined;
      at = end + 1;
    }
  }
  return undefined;
}

/** Offset of the next delimiter or line end. */
function nextOf(raw: string, delimiter: string, from: number): number {
  const ends = [raw.indexOf(delimiter, from), raw.indexOf("\n", from)].filter((end) => end >= 0);
  return ends.length === 0 ? -1 : Math.min(...ends);
}

const countLineEnds = (text: string): number => text.split("\n").length - 1;
