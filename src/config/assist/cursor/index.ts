import { isMap } from "yaml";
import type { ParsedConfig } from "../../parse.ts";
import { BlockReader } from "./block.ts";
import { NOTHING, type Cursor } from "./cursor.ts";
import { commentStart, endOfQuoted, groupStart, lineEnd, lineStart } from "./words.ts";

export type { Cursor, KeyCursor, ValueCursor } from "./cursor.ts";

/** What is being typed at an offset. Reads the text itself from the group's first line on, so that it also knows in a half-typed document. */
export function cursorAt({ source, document }: ParsedConfig, offset: number): Cursor {
  const reader = new BlockReader(source);
  const wholeFlow =
    isMap(document.contents) && document.contents.flow === true ? document.contents.range?.[0] : undefined;
  let start = groupStart(source, offset);
  if (wholeFlow !== undefined) start = Math.min(start, lineStart(source, wholeFlow));
  for (;;) {
    const end = lineEnd(source, start);
    const next = source.indexOf("\n", start) + 1;
    const isLast = next === 0 || next > offset;
    const stop = reader.read(start, isLast ? Math.max(start, Math.min(offset, end)) : end, end, isLast);
    if (!isLast) {
      start = next;
      continue;
    }
    switch (stop.kind) {
      case "comment":
        return { kind: "comment", text: source.slice(stop.start, offset), start: stop.start };
      case "nothing":
        return NOTHING;
      case "key": {
        const span = { start: stop.start, end: keyEnd(source, offset) };
        return keyCursor(source, offset, stop.parent, span, false, stop.column);
      }
      case "flow": {
        if (stop.isKey) {
          const span = { start: stop.start, end: keyEnd(source, offset) };
          return keyCursor(source, offset, stop.path, span, true, stop.start - lineStart(source, stop.start));
        }
        const span = { start: stop.start, end: valueEnd(source, stop.start, offset, true) };
        const typed = source.slice(span.start, offset);
        return { kind: "value", path: stop.path, typed, span, isFlow: true, wantsSpace: stop.wantsSpace };
      }
      case "value": {
        const span = { start: stop.start, end: valueEnd(source, stop.start, offset, false) };
        const typed = source.slice(span.start, offset);
        return { kind: "value", path: stop.path, typed, span, isFlow: false, wantsSpace: stop.wantsSpace };
      }
    }
  }
}

function keyCursor(
  source: string,
  offset: number,
  parent: readonly (string | number)[],
  span: { start: number; end: number },
  isFlow: boolean,
  column: number,
): Cursor {
  const typed = source.slice(span.start, offset);
  const hasColon = /^["']?[ \t]*:/.test(source.slice(span.end, span.end + 80));
  return { kind: "key", parent, typed, span, isFlow, column, hasColon };
}

const keyEnd = (source: string, offset: number): number =>
  offset + /^[\w.\-\p{L}]*/u.exec(source.slice(offset, offset + 200))![0].length;

/** Where the value at the cursor ends: a quoted one with its quote, another before a comment, in brackets before their signs. */
function valueEnd(source: string, start: number, offset: number, isFlow: boolean): number {
  const end = lineEnd(source, offset);
  const quote = source[start];
  if (start < offset && (quote === '"' || quote === "'")) {
    const close = endOfQuoted(source, start, end);
    // A quote that is not closed is one that is being typed.
    return source[close - 1] === quote && close > start + 1 ? Math.max(close, offset) : offset;
  }
  const rest = source.slice(offset, commentStart(source, offset, end));
  const word = isFlow ? /^[^,[\]{}]*/.exec(rest)![0] : rest;
  return offset + word.trimEnd().length;
}
