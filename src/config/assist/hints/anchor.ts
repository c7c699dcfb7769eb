import { pairAt, spanOf } from "../places.ts";
import { lineEnd } from "../cursor/words.ts";
import type { AssistDocument } from "../types.ts";

/**
 * Where a hint about a key stands: behind its value; of a list or map over several lines, at the end of the key's line.
 * Undefined when the key is not written.
 */
export function anchorOf({ parsed }: AssistDocument, key: string): number | undefined {
  const { source, document } = parsed;
  const pair = pairAt(document, key.split("."));
  if (!pair) return undefined;
  const name = spanOf(source, pair.key);
  const value = pair.value ? spanOf(source, pair.value) : name;
  const end = lineEnd(source, name.end);
  return value.end > name.end && value.end <= end ? value.end : beforeComment(source, name.end, end);
}

/** The end of a line's text, before its comment. */
function beforeComment(source: string, from: number, end: number): number {
  const text = source.slice(from, end).replace(/\s#.*$/s, "");
  return from + text.trimEnd().length;
}
