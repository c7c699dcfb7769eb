import { relative } from "node:path";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";

/** A path as messages show it: from the current folder when it lies there, else whole. */
export function shownPath(file: string): string {
  const short = relative("", file);
  return short === "" || short.startsWith("..") ? file : short;
}

/** `data.csv row 3 (line 5)`. */
export function shownPlace(place: { file: string; row: number; line?: number | null }): string {
  const file = shownPath(place.file);
  return place.line === null || place.line === undefined
    ? t("{0} row {1}", file, place.row)
    : t("{0} row {1} (line {2})", file, place.row, place.line);
}

/** The error for something wrong in one row. */
export function rowError(
  code: string,
  place: { file: string; row: number; line?: number | null },
  problem: string,
  advice: string,
): UserError {
  return new UserError(code, t("{0}: {1}", shownPlace(place), problem), {
    file: place.file,
    line: place.line ?? place.row,
    advice,
  });
}

/** A value of a row as JSON; of one that is nested too deeply to be written only what it begins with. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (problem) {
    if (problem instanceof RangeError) return Array.isArray(value) ? "[…" : "{…";
    throw problem;
  }
}

/** A value as a message shows it, cut to a readable length. */
export function shownValue(value: unknown): string {
  const text = typeof value === "bigint" ? String(value) : jsonText(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
