import { t } from "../base/l10n.ts";
import { emptyFile } from "./locations.ts";
import { rowError, shownValue } from "./complaint.ts";
import { jsonArray } from "./sniff.ts";
import { readText, tooLong, type TextOptions } from "./text.ts";
import type { DataRow } from "./types.ts";

/** Keys of the first object. */
export async function jsonlColumns(file: string): Promise<string[]> {
  for await (const { values } of jsonlRows(file, {})) return Object.keys(values);
  throw emptyFile(file);
}

/** One object a line; blank lines are skipped. */
export async function* jsonlRows(file: string, options: TextOptions): AsyncGenerator<DataRow> {
  let line = 0;
  let row = 0;
  for await (const text of linesOf(file, options)) {
    line++;
    if (text.trim() === "") continue;
    row++;
    yield { file, row, line, values: parseLine(text, { file, row, line }) };
  }
}

/** Longest line that is waited for, in UTF-16 units. */
const LONGEST = 1 << 25;

async function* linesOf(file: string, options: TextOptions): AsyncGenerator<string> {
  let line = 1;
  let rest: string[] = [];
  let length = 0;
  for await (const piece of readText(file, options)) {
    if (!piece.includes("\n")) {
      rest.push(piece);
      length += piece.length;
      if (length > LONGEST) throw tooLong(file, line);
      continue;
    }
    const lines = (rest.join("") + piece).split("\n");
    const last = lines.pop() ?? "";
    [rest, length] = [[last], last.length];
    line += lines.length;
    yield* lines;
  }
  if (length > 0) yield rest.join("");
}

function parseLine(text: string, place: { file: string; row: number; line: number }): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (place.row === 1 && text.trimStart().startsWith("[")) throw jsonArray(place.file);
    throw rowError(
      "data-row-malformed",
      place,
      t("not a JSON object: {0}.", shownValue(text)),
      t("Write one whole JSON object on each line."),
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  if (place.row === 1 && Array.isArray(value)) throw jsonArray(place.file);
  throw rowError(
    "data-row-malformed",
    place,
    t("{0} is not a JSON object.", shownValue(value)),
    t('Write objects such as {"text": "…", "label": "…"}.'),
  );
}
