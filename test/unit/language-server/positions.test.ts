import { expect, test } from "vitest";
import type { Diagnostic } from "../../../src/config/diagnostic.ts";
import { carriedOver } from "../../../src/language-server/carry.ts";
import { silencing } from "../../../src/language-server/ignore.ts";
import { Positions } from "../../../src/language-server/positions.ts";

const finding = (line: number | null, id = "C34"): Diagnostic => ({
  id,
  severity: "warning",
  message: "m",
  key: "k",
  fixes: [],
  line,
  column: 1,
  endLine: line,
  endColumn: 2,
});

test.each([
  ["lines of one byte", "a: 1\nb: 2\n"],
  ["CRLF", "a: 1\r\nb: 2\r\n"],
  ["characters outside the first plane and of several bytes", "名: 😀 x\nb: 'ü'\n"],
  ["a byte order mark", "\uFEFFa: 1\nb: 2\n"],
])("offsets and places are the same place: %s", (_name, text) => {
  const positions = new Positions(text);
  const source = text.replace(/^\uFEFF/, "");
  const at = positions.positionAt(source.indexOf("b:"));
  expect(at).toEqual({ line: 1, character: 0 });
  for (let offset = 0; offset <= source.length; offset++) {
    const splitsBreak = source[offset] === "\n" && source[offset - 1] === "\r";
    if (!splitsBreak) expect(positions.offsetAt(positions.positionAt(offset))).toBe(offset);
  }
});

test("a place beyond the end of a line or the text is at its end", () => {
  const positions = new Positions("ab\ncd");
  expect(positions.offsetAt({ line: 9, character: 9 })).toBe(5);
  expect(positions.positionAt(99)).toEqual({ line: 1, character: 2 });
});

test("findings move with their lines and go with lines that changed", () => {
  const moved = carriedOver([finding(1), finding(2), finding(3), finding(null)], "a\nb\nc", "a\nx\ny\nc");
  expect(moved.map(({ line }) => line)).toEqual([1, 4, null]);
});

test("a second check is silenced by the comment that is there", () => {
  const source = "train:\r\n  a: 1\r\n";
  const change = silencing(source, finding(2));
  expect(change).toEqual({ start: 8, end: 8, text: "  # tuning-fork: ignore C34\r\n" });
  const once = source.slice(0, 8) + change!.text + source.slice(8);
  const second = silencing(once, finding(3, "C35"))!;
  expect(once.slice(0, second.start) + second.text + once.slice(second.end)).toBe(
    "train:\r\n  # tuning-fork: ignore C34, C35\r\n  a: 1\r\n",
  );
  expect(silencing(source, finding(null))).toBeUndefined();
});
