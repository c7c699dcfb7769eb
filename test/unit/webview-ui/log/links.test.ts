import { expect, test } from "vitest";
import { linksIn } from "../../../../webview-ui/log/links.ts";

test.each([
  ['  File "/home/ada/train.py", line 88, in <module>', [["/home/ada/train.py", 88]]],
  ["    at step (/repo/src/trainer.ts:12:34)", [["/repo/src/trainer.ts", 12]]],
  ["    at file:///repo/a%20b/run.mjs:7:1", [["/repo/a b/run.mjs", 7]]],
  ["error: src/model.py:3: unused", [["src/model.py", 3]]],
  ["C:\\work\\train.py:14: error", [["C:\\work\\train.py", 14]]],
  [
    "a.py:1 and b.py:2",
    [
      ["a.py", 1],
      ["b.py", 2],
    ],
  ],
  ['  File "<frozen importlib._bootstrap>", line 241, in _call', []],
  ["listening on http://example.org:8080/path", []],
  ["12:30:05 loss 0.5, ratio 1:2, 127.0.0.1:80", []],
  ["ends with a.py", []],
])("%j", (text, expected) => {
  const links = linksIn(text);
  expect(links.map(({ what }) => [what.file, what.line])).toEqual(expected);
  for (const { from, to, what } of links) expect(text.slice(from, to)).toContain(String(what.line));
});

test("a line without an end is looked through in no time at all", () => {
  const text = "a".repeat(200_000);
  expect(linksIn(text)).toEqual([]);
});
