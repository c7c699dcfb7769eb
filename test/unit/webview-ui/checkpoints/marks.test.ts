import { expect, test } from "vitest";
import type { RunView } from "../../../../src/messages/run-view.ts";
import type { PageCheckpointFolder } from "../../../../src/messages/tables.ts";
import { marksOf, usualPair } from "../../../../webview-ui/checkpoints/marks.ts";

type Checkpoint = RunView["checkpoints"][number];

const saved = (step: number, tags: Checkpoint["tags"] = [], more: Partial<Checkpoint> = {}): Checkpoint => ({
  step,
  path: `/run/step-${step}`,
  bytes: 10,
  metrics: {},
  tags,
  present: true,
  segment: 1,
  timeMs: step,
  ...more,
});
const view = (checkpoints: Checkpoint[], cutStep: number | null = null) =>
  ({ checkpoints, segments: [{ segment: 1, fromStep: 0, cutStep, startedMs: 0 }] }) as unknown as RunView;
const half = (step: number): PageCheckpointFolder => ({
  step,
  path: `/run/.tmp-step-${step}-1`,
  state: "incomplete",
  bytes: 5,
  expectedBytes: 10,
  parts: [],
  epoch: null,
});

test("checkpoints stand by step, half-written ones among them, abandoned ones marked", () => {
  const marks = marksOf(view([saved(30), saved(10), saved(20, [], { present: false })], 20), [half(40)]);
  expect(marks.map(({ step, isKept, isAbandoned, folder }) => [step, isKept, isAbandoned, folder?.state])).toEqual([
    [10, true, false, undefined],
    [20, false, false, undefined],
    [30, true, true, undefined],
    [40, false, false, "incomplete"],
  ]);
});

test.each([
  ["best and pinned", [saved(10, ["pinned"]), saved(20, ["best"]), saved(30, ["last"])], { a: 20, b: 10 }],
  ["best and last", [saved(10), saved(20, ["best"]), saved(30, ["last"])], { a: 20, b: 30 }],
  ["the last and the one before", [saved(10), saved(20), saved(30, ["best", "last"])], { a: 30, b: 20 }],
  ["one alone", [saved(10, ["last"])], { a: 10, b: null }],
  ["none", [], { a: null, b: null }],
] as const)("A and B are first %s", (_, checkpoints, expected) => {
  expect(usualPair(marksOf(view([...checkpoints]), []))).toEqual(expected);
});
