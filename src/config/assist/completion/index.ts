import { cursorAt, type KeyCursor, type ValueCursor } from "../cursor/index.ts";
import type { AssistDocument, AssistOptions, CompletionList } from "../types.ts";
import { commentItems } from "./comments.ts";
import { keyItems } from "./keys.ts";
import { entryItems, valueCompletions } from "./values.ts";

const NONE: CompletionList = { items: [], isIncomplete: false };

/** What can be written at an offset. Works from the lines of the text, so that a half-typed document is enough. */
export async function completionsAt(
  document: AssistDocument,
  offset: number,
  options: AssistOptions = {},
): Promise<CompletionList> {
  const cursor = cursorAt(document.parsed, offset);
  switch (cursor.kind) {
    case "comment":
      return { items: commentItems(cursor, offset), isIncomplete: false };
    case "key": {
      const keys = keyItems(document, cursor);
      return keys.length > 0 ? { items: keys, isIncomplete: false } : entryItems(document, cursor, options);
    }
    case "value": {
      const keys = isEntry(cursor) ? keyItems(document, asFirstKey(cursor)) : [];
      return keys.length > 0 ? { items: keys, isIncomplete: false } : valueCompletions(document, cursor, options);
    }
    case "nothing":
      return NONE;
  }
}

const isEntry = ({ path, isFlow }: ValueCursor): boolean => !isFlow && typeof path.at(-1) === "number";

/** Behind the dash of a list of maps the first key of a map is typed. */
const asFirstKey = ({ path, typed, span, isFlow }: ValueCursor): KeyCursor => ({
  kind: "key",
  parent: path,
  typed,
  span,
  isFlow,
  column: 0,
  hasColon: false,
});
