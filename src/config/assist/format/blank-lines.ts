import type { TextEdit } from "../../edit/fix.ts";
import type { Line } from "../lines.ts";
import type { Layout } from "./layout.ts";

/** Takes away blanks at the ends of lines and empty lines beyond one; the text ends with one line break. */
export function blankLineEdits(source: string, lines: readonly Line[], { texts }: Layout): TextEdit[] {
  const edits: TextEdit[] = [];
  const last = lines.findLastIndex(
    ({ start, end }, index) => texts.has(index) || source.slice(start, end).trim() !== "",
  );
  let isAfterBlank = true;
  for (const [index, { start, end, next }] of lines.entries()) {
    if (index > last) break;
    const text = source.slice(start, end);
    const isBlank = text.trim() === "" && !texts.has(index);
    if (isBlank && isAfterBlank) edits.push({ start, end: next, text: "" });
    else if (isBlank) edits.push({ start, end, text: "" });
    // The last line of a text that goes on may be followed by a comment.
    else if (!texts.has(index) || texts.get(index) === "last") {
      edits.push({ start: start + text.trimEnd().length, end, text: "" });
    }
    isAfterBlank = isBlank;
  }
  if (last >= 0) edits.push(endOfText(source, lines[last]!, last < lines.length - 1));
  return edits;
}

/** One line break at the end, as the text's first one is written. */
function endOfText(source: string, { end, next }: Line, hasBreak: boolean): TextEdit {
  if (hasBreak) return { start: next, end: source.length, text: "" };
  return { start: end, end, text: source.includes("\r\n") ? "\r\n" : "\n" };
}
