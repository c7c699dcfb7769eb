import { describe, expect, test } from "vitest";
import { matches, placeOf, readSamples, toCsv } from "../../../../webview-ui/samples/sample-rows.ts";

const TABLE = {
  name: "eval/samples",
  step: 20,
  columns: ["text", "label", "prediction", "p(ham)", "p(spam)", "file", "row"],
  rows: [
    ["win a prize", "spam", "ham", 0.75, 0.25, "/project/data/dev.jsonl", 7],
    ["see you at noon", "ham", "ham", 0.9, 0.1, "/project/data/dev.jsonl", 3],
  ],
};

describe("reading a table", () => {
  test("finds text, labels, probabilities and place by the columns' names", () => {
    const { rows, labels, isJudged, others } = readSamples(TABLE);
    expect({ labels, isJudged, others }).toEqual({ labels: ["ham", "spam"], isJudged: true, others: [] });
    expect(rows[0]).toMatchObject({
      key: "/project/data/dev.jsonl:7",
      text: "win a prize",
      label: "spam",
      prediction: "ham",
      isRight: false,
      probability: 0.75,
      shares: [
        { label: "ham", share: 0.75 },
        { label: "spam", share: 0.25 },
      ],
      row: 7,
    });
    expect(rows[1]?.isRight).toBe(true);
  });

  test("of another trainer's table it shows unknown columns as they are, and judges nothing", () => {
    const { rows, isJudged, others, labels } = readSamples({
      name: "eval/samples",
      step: 1,
      columns: ["prompt", "completion", "reward", "__proto__"],
      rows: [["Say hi", "hi", 0.25, null]],
    });
    expect({ isJudged, labels }).toEqual({ isJudged: false, labels: [] });
    expect(others.map(({ name }) => name)).toEqual(["reward", "__proto__"]);
    expect(rows[0]).toMatchObject({
      key: "Say hi",
      text: "Say hi",
      prediction: "hi",
      isRight: null,
      probability: null,
    });
  });

  test("what was generated stands beside its reference and is not wrong for being worded otherwise", () => {
    const { rows, isJudged, names, others } = readSamples({
      name: "eval/samples",
      step: 1,
      columns: ["prompt", "reference", "generated", "file", "row"],
      rows: [["Say hi", "Hello.", "Hi there.", "faq.jsonl", 3]],
    });
    expect({ isJudged, names, others }).toEqual({
      isJudged: false,
      names: { text: "prompt", label: "reference", prediction: "generated" },
      others: [],
    });
    expect(rows[0]).toMatchObject({ label: "Hello.", prediction: "Hi there.", isRight: null, row: 3 });
  });

  test("one probability for all of a prediction is that of the row, not of a class", () => {
    const { rows, labels, others } = readSamples({
      name: "eval/samples",
      step: 1,
      columns: ["text", "label", "prediction", "wrong", "p(prediction)", "file", "row"],
      rows: [["Ada in Cork", "Ada (PER), Cork (LOC)", "Ada (PER)", 1, 0.83, "eval.jsonl", 1]],
    });
    expect({ labels, others: others.map(({ name }) => name) }).toEqual({ labels: [], others: ["wrong"] });
    expect(rows[0]).toMatchObject({ isRight: false, probability: 0.83, shares: [] });
  });

  test("rows with neither place nor text stay apart", () => {
    const { rows } = readSamples({ name: "eval/samples", step: 1, columns: ["score"], rows: [[1], [1]] });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(2);
  });
});

describe("searching", () => {
  const [row] = readSamples(TABLE).rows;
  test.each([
    ["", true],
    ["PRIZE", true],
    ["prize spam", true],
    ["prize noon", false],
    ["7", true],
  ])("“%s”", (search, expected) => expect(matches(row!, search)).toBe(expected));
});

test("a place is told relative to the config's folder", () => {
  const row = { file: "/project/data/dev.jsonl", row: 402 };
  expect(placeOf(row, "/project/finetune.yaml")).toBe("data/dev.jsonl:402");
  expect(placeOf({ file: "/elsewhere/a.csv", row: 1 }, "/project/finetune.yaml")).toBe("/elsewhere/a.csv:1");
  expect(placeOf({ file: "data/dev.jsonl", row: null }, "/project/finetune.yaml")).toBe("data/dev.jsonl");
});

test("rows without a place in a file that repeat a text are told apart, in the same order at every step", () => {
  const table = {
    name: "eval/samples",
    step: 1,
    columns: ["prompt", "generated"],
    rows: [
      ["a", "1"],
      ["b", "2"],
      ["a", "3"],
    ],
  };
  const keys = readSamples(table).rows.map(({ key }) => key);
  expect(new Set(keys).size).toBe(3);
  expect(readSamples({ ...table, step: 2 }).rows.map(({ key }) => key)).toEqual(keys);
});

test("CSV gives a spreadsheet no formula to run", () => {
  expect(toCsv(["text"], [["=1+1"], ["-0.5"], ["@a"]])).toBe("text\r\n'=1+1\r\n-0.5\r\n'@a\r\n");
});

test("CSV quotes what needs it, and leaves missing cells empty", () => {
  expect(
    toCsv(
      ["a", "b"],
      [
        ['say "hi", now', null],
        ["two\nlines", 0.5],
      ],
    ),
  ).toBe('a,b\r\n"say ""hi"", now",\r\n"two\nlines",0.5\r\n');
});
