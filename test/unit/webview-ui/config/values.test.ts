import { expect, test } from "vitest";
import type { PageConfigEntry } from "../../../../src/messages/config-tab.ts";
import { groupsOf, shownEntries } from "../../../../webview-ui/config/entries.ts";
import { valueText } from "../../../../webview-ui/config/values.ts";

test.each([
  [2e-4, "2e-4"],
  [0.05, "0.05"],
  [1140, "1140"],
  [null, "null"],
  [undefined, "–"],
  [true, "true"],
  ["auto", "auto"],
  ["6%", "6%"],
  ["6", '"6"'],
  ["", '""'],
  ["null", '"null"'],
  ["two\nlines", '"two\\nlines"'],
  [["f1_macro", "accuracy"], "[f1_macro, accuracy]"],
  [{}, "{}"],
  [[{ path: "a.csv", weight: 2 }], "[{ path: a.csv, weight: 2 }]"],
])("%j is shown as %s", (value, text) => {
  expect(valueText(value)).toBe(text);
});

const entry = (key: string, more: Partial<PageConfigEntry> = {}): PageConfigEntry => ({
  key,
  about: "",
  value: 1,
  origin: "file",
  line: 1,
  differs: false,
  ...more,
});
const ALL = [
  entry("version"),
  entry("train.learning_rate", { value: 2e-4, now: 1e-4, differs: true }),
  entry("train.optim", { value: "adamw", origin: "default" }),
  entry("eval.steps", { value: 95, origin: "override" }),
];
const keys = (filter: Partial<Parameters<typeof shownEntries>[1]>): string[] =>
  shownEntries(ALL, { filter: "", written: false, differing: false, ...filter }).map(({ key }) => key);

test("entries are filtered by words of key and value, by origin and by difference", () => {
  expect(keys({ filter: "TRAIN adam" })).toEqual(["train.optim"]);
  expect(keys({ filter: "1e-4" })).toEqual(["train.learning_rate"]);
  expect(keys({ written: true })).toEqual(["version", "train.learning_rate", "eval.steps"]);
  expect(keys({ differing: true })).toEqual(["train.learning_rate"]);
  expect(keys({ filter: "nothing" })).toEqual([]);
});

test("entries stand in their groups", () => {
  expect(groupsOf(ALL).map(({ name, entries }) => [name, entries.length])).toEqual([
    ["", 1],
    ["train", 2],
    ["eval", 1],
  ]);
});
