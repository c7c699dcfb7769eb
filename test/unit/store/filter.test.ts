import { describe, expect, test } from "vitest";
import type { RunListItem } from "../../../src/runs/model.ts";
import { parseFilter } from "../../../src/store/filter.ts";
import { FilterError } from "../../../src/store/filter-syntax.ts";

const summary = { lastStep: 9, minStep: 1, maxStep: 2, count: 9 };
const RUN: RunListItem = {
  id: "01K742SG00YCJVYGRY72XK1RG9",
  name: "BERT base, third try",
  state: "running",
  cause: "",
  createdMs: Date.parse("2026-03-10T12:00:00Z"),
  startedMs: null,
  endedMs: null,
  progress: { step: 40, total: 100, epoch: 1.5 },
  etaMs: null,
  metrics: {
    "eval/f1_macro": { last: 0.91, min: 0.2, max: 0.95, ...summary },
    "train/loss": { last: "NaN", min: 0.1, max: 4, ...summary },
    "system/gpu.0.memory": { last: 1024, min: 1, max: 2048, ...summary },
  },
  tags: ["paper", "Round 2"],
  note: "with the new tokenizer",
  starred: true,
  trashed: false,
  parent: null,
  project: "spam",
  slot: 1,
  task: "text-classification",
  model: "google-bert/bert-base-uncased",
  method: "full",
  configFile: "/project/finetune.yaml",
};
const CONFIG = { train: { learning_rate: 2e-5 }, eval: { metrics: ["loss", "accuracy"] }, data: { train: "spam.csv" } };

describe("a filter", () => {
  test.each([
    ["", true],
    ["bert", true],
    ["third base", true],
    ["roberta", false],
    ["state:running", true],
    ["state:RUNNING", true],
    ["state=Running", false],
    ["-state:finished", true],
    ["-state:running", false],
    ["tag:paper", true],
    ["tag:round", false],
    ['tag:"round 2"', true],
    ["tag~round", true],
    ["-tag:old tag:paper", true],
    ['name~"base, third"', true],
    ["eval/f1_macro>0.9", true],
    ["eval/f1_macro>0.91", false],
    ["eval/f1_macro>=0.91", true],
    ["eval/f1_macro<1", true],
    ["eval/f1_macro<=0.9", false],
    ["eval/f1_macro.max>0.94", true],
    ["eval/f1_macro.min<0.3", true],
    ["eval/missing>0", false],
    ["-eval/missing>0", true],
    ["train/loss>0", false],
    ["train/loss=NaN", true],
    ["system/gpu.0.memory=1024", true],
    ["train.learning_rate=2e-5", true],
    ["train.learning_rate=0.00002", true],
    ["train.learning_rate>1e-4", false],
    ["data.train~spam", true],
    ["eval.metrics:accuracy", true],
    ["eval.metrics:f1", false],
    ["train.nothing:1", false],
    ['note:""', false],
    ['cause:""', true],
    ["starred:yes", true],
    ["trashed:no", true],
    ["created>2026-03-01 created<2026-04-01", true],
    ["created<2026-03-01", false],
    ["step>=40", true],
    ["state:finished OR state:running", true],
    ["state:finished OR tag:old", false],
    ["roberta OR bert tag:paper", true],
    ["bert tag:old OR roberta", false],
    ["order", false],
  ])("%s → %s", (text, expected) => {
    expect(parseFilter(text).matches(RUN, CONFIG)).toBe(expected);
  });

  test.each([
    ["stat:running", "“stat:running” at character 1 is about an unknown key.", [0, 12]],
    ["bert tagg:x", "“tagg:x” at character 6 is about an unknown key.", [5, 11]],
    ["eval/f1>good", "“eval/f1>good” at character 1 needs a number.", [0, 12]],
    ["created>soon", "“created>soon” at character 1 needs a date.", [0, 12]],
    ["bert state:", "“state:” at character 6 has no value after “:”.", [5, 11]],
    ['name:"open end', '“name:"open end” at character 1 has a quote that is not closed.', [0, 14]],
    ["OR bert", "“OR” at character 1 has nothing before it.", [0, 2]],
    ["bert OR", "“OR” at character 6 has nothing after it.", [5, 7]],
    ["bert OR OR tiny", "“OR” at character 9 has nothing before it.", [8, 10]],
  ])("%s is refused with its place", (text, sentence, range) => {
    const error = expectRefused(text);
    expect(error.message).toBe(`Filter: ${sentence}`);
    expect([error.start, error.end]).toEqual(range);
    expect(error.code).toBe("filter-unusable");
  });

  test("suggests the nearest key", () => {
    expect(expectRefused("stat:running").advice).toContain("“state”");
  });

  test("says what it needs to be read", () => {
    expect(parseFilter("")).toMatchObject({ takesAll: true, usesConfig: false, usesMetrics: false });
    expect(parseFilter("bert")).toMatchObject({ takesAll: false, usesConfig: false, usesMetrics: false });
    expect(parseFilter("train.seed:1")).toMatchObject({ usesConfig: true, usesMetrics: false });
    expect(parseFilter("eval/loss<1")).toMatchObject({ usesConfig: false, usesMetrics: true });
  });
});

function expectRefused(text: string): FilterError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`“${text}” was accepted`);
}
