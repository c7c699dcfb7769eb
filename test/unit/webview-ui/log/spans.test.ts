import { describe, expect, test } from "vitest";
import { spansOf, withMarks } from "../../../../webview-ui/log/spans.ts";

describe("spans", () => {
  test.each([
    ["plain", [["plain", ""]]],
    [
      "\u001b[31mred\u001b[0m rest",
      [
        ["red", "fg-red"],
        [" rest", ""],
      ],
    ],
    ["\u001b[1;4;92mbright\u001b[0m", [["bright", "bold underline fg-bright-green"]]],
    ["\u001b[44mback\u001b[0m", [["back", "bg-blue"]]],
    ["\u001b[7;31mturned\u001b[0m", [["turned", "bg-red"]]],
    ["\u001b[38;5;196mpalette\u001b[0m", [["palette", "fg-bright-red"]]],
    ["\u001b[38;5;244mgrey\u001b[0m", [["grey", "fg-white"]]],
    ["\u001b[38;2;20;120;30mtruecolor\u001b[0m", [["truecolor", "fg-green"]]],
  ])("%j", (line, expected) => {
    expect(spansOf(line).map(({ text, classes }) => [text, classes])).toEqual(expected);
  });

  test("text stays text", () => {
    expect(spansOf("<img src=x onerror=alert(1)>")).toEqual([{ text: "<img src=x onerror=alert(1)>", classes: "" }]);
    expect(spansOf("\u001b[31m<b>&amp;</b>\u001b[0m")[0]?.text).toBe("<b>&amp;</b>");
  });

  test("marks cut spans where they begin and end, and may overlap", () => {
    const spans = [
      { text: "abc", classes: "fg-red" },
      { text: "def", classes: "" },
    ];
    const marks = [
      { from: 1, to: 5, what: "link" },
      { from: 4, to: 6, what: "find" },
    ];
    expect(withMarks(spans, marks).map(({ text, classes, marks: on }) => [text, classes, on.join("+")])).toEqual([
      ["a", "fg-red", ""],
      ["bc", "fg-red", "link"],
      ["d", "", "link"],
      ["e", "", "link+find"],
      ["f", "", "find"],
    ]);
  });
});
