import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { shownPath } from "./complaint.ts";
import { binaryKind } from "./sniff.ts";

export interface TextOptions {
  /** Gets every byte of the file, for its hash. */
  onBytes?: ((bytes: Uint8Array) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The text of a UTF-8 file in pieces, with `\n` line ends whatever the file has, and without a byte order mark.
 * A file that is not text, or not UTF-8, is a `UserError` with the line where that shows.
 */
export async function* readText(file: string, options: TextOptions = {}): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let linesBefore = 0;
  let heldReturn = false;
  let isFirst = true;
  // A character cut by the end of a piece belongs to the next one: kept to find the line of a bad byte.
  for await (const bytes of createReadStream(file, {
    highWaterMark: 1 << 18,
    ...signalOf(options),
  }) as AsyncIterable<Buffer>) {
    options.onBytes?.(bytes);
    requireText(file, bytes, isFirst, linesBefore);
    isFirst = false;
    let text = decode(decoder, file, bytes, linesBefore);
    linesBefore += countNewlines(bytes);
    if (heldReturn) text = `\r${text}`;
    heldReturn = text.endsWith("\r");
    yield normaliseLineEnds(heldReturn ? text.slice(0, -1) : text);
  }
  decode(decoder, file, undefined, linesBefore);
  if (heldReturn) yield "\n";
}

const signalOf = ({ signal }: TextOptions) => (signal ? { signal } : {});

function requireText(file: string, bytes: Uint8Array, isFirst: boolean, linesBefore: number): void {
  const kind = isFirst ? binaryKind(bytes) : bytes.includes(0) ? "a binary file" : undefined;
  if (kind === undefined) return;
  const zero = bytes.indexOf(0);
  const line = linesBefore + 1 + (zero < 0 ? 0 : countNewlines(bytes.subarray(0, zero)));
  throw new UserError("data-binary", t("{0} is {1}, not text.", shownPath(file), t(kind)), {
    file,
    line,
    advice: /UTF-16/.test(kind)
      ? t("Save it as UTF-8.")
      : t("Data files are CSV, TSV, JSONL (UTF-8) or Parquet; set `data.format` when the extension does not tell."),
  });
}

function decode(decoder: TextDecoder, file: string, bytes: Uint8Array | undefined, linesBefore: number): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (cause) {
    const line = linesBefore + (bytes ? lineOfBadByte(bytes) : 1);
    throw new UserError("data-encoding", t("{0} line {1} is not UTF-8.", shownPath(file), line), {
      file,
      line,
      advice: t("Save the file as UTF-8 (iconv -f latin1 -t utf-8 converts one from Western Windows)."),
      cause,
    });
  }
}

/** 1-based line, within a piece, of the first bytes that are not UTF-8. Line feeds are never part of a longer character. */
function lineOfBadByte(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start);
    // The first line may begin within a character, so it is only suspected when no other line is bad.
    if (line > 1 && !isUtf8(bytes.subarray(start, end < 0 ? undefined : end))) return line;
    if (end < 0) break;
    start = end + 1;
  }
  return 1;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const normaliseLineEnds = (text: string): string => (text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text);

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** The error for a row without an end: not the rows of a table, or not in the format it was taken for. */
export function tooLong(file: string, line: number): UserError {
  return new UserError(
    "data-row-long",
    t("{0} line {1} goes on for more than 32 million characters.", shownPath(file), line),
    {
      file,
      line,
      advice: t("A row is one line; check that the file is what `data.format` says."),
    },
  );
}
