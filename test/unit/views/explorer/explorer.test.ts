import { describe, expect, test } from "vitest";
import type { RunListItem, RunState } from "../../../../src/runs/model.ts";
import { abilitiesOf } from "../../../../src/views/explorer/abilities.ts";
import { factOf } from "../../../../src/views/explorer/describe.ts";
import { groupRuns } from "../../../../src/views/explorer/group.ts";

const NOON = new Date(2026, 10, 25, 12).getTime();
const HOUR = 3_600_000;

function run(name: string, state: RunState, more: Partial<RunListItem> = {}): RunListItem {
  return {
    id: name,
    name,
    state,
    cause: "",
    createdMs: NOON,
    startedMs: NOON,
    endedMs: null,
    progress: { step: 0, total: null, epoch: null },
    etaMs: null,
    metrics: {},
    tags: [],
    note: "",
    starred: false,
    trashed: false,
    parent: null,
    project: "",
    slot: 1,
    task: "",
    model: "",
    method: "",
    configFile: "/w/finetune.yaml",
    ...more,
  };
}
const score = (last: number, max: number): RunListItem["metrics"] => ({
  "eval/f1_macro": { last, lastStep: 20, min: 0.5, minStep: 5, max, maxStep: 10, count: 4 },
});

describe("groups", () => {
  const runs = [
    run("b", "running"),
    run("q2", "queued", { createdMs: NOON - 1 }),
    run("q1", "queued", { createdMs: NOON - 2 }),
    run("now", "finished", { endedMs: NOON - HOUR }),
    run("long", "failed", { createdMs: NOON - 40 * HOUR, endedMs: NOON - 2 * HOUR, tags: ["a", "b"] }),
    run("old", "stopped", { createdMs: NOON - 50 * HOUR, endedMs: NOON - 40 * HOUR, tags: ["a"] }),
  ];
  const shape = (grouping: Parameters<typeof groupRuns>[1]): Record<string, string[]> =>
    Object.fromEntries(
      groupRuns(runs, grouping, NOON).map(({ label, runs: members }) => [label, members.map(({ name }) => name)]),
    );

  test("by state: what ended today counts by its end, the queue by its turn", () => {
    expect(shape("state")).toEqual({
      Live: ["b"],
      Queue: ["q1", "q2"],
      "Finished today": ["now", "long"],
      Earlier: ["old"],
    });
  });

  test("a run with two tags stands under both", () => {
    expect(shape("tag")).toEqual({ "No tag": ["b", "q2", "q1", "now"], a: ["long", "old"], b: ["long"] });
  });

  test("with nothing else to see the older runs stand open", () => {
    expect(groupRuns(runs.slice(5), "state", NOON)).toMatchObject([{ id: "earlier", isOpen: true }]);
    expect(groupRuns(runs, "state", NOON).at(-1)).toMatchObject({ id: "earlier", isOpen: false });
  });
});

test.each<[string, RunListItem, string]>([
  ["live", run("a", "running", { progress: { step: 846, total: 1140, epoch: 2 }, etaMs: 186_000 }), "74 % · 3m 06s"],
  [
    "live with a result",
    run("a", "running", { progress: { step: 5, total: 10, epoch: 2 }, metrics: score(0.9, 0.9141) }),
    "50 % · f1_macro 0.9141",
  ],
  [
    "before enough steps to tell",
    run("a", "running", { progress: { step: 15, total: 45, epoch: 1 }, etaMs: 9e5 }),
    "33 %",
  ],
  ["no plan", run("a", "running", { progress: { step: 1200, total: null, epoch: null } }), "1,200 steps"],
  ["finished: the best, not the last", run("a", "finished", { metrics: score(0.9, 0.9141) }), "f1_macro 0.9141"],
  ["failed", run("a", "failed", { cause: "NaN at step 212" }), "NaN at step 212"],
  ["stopped", run("a", "stopped", { progress: { step: 41, total: 100, epoch: 1 } }), "stopped at 41 %"],
])("one fact: %s", (_, item, fact) => {
  expect(factOf(item)).toBe(fact);
});

test("a run is judged by the metric its config names, and by the usual ones without it", () => {
  const metrics = {
    ...score(0.9, 0.9141),
    "eval/loss": { last: 0.4, lastStep: 20, min: 0.3, minStep: 10, max: 1, maxStep: 5, count: 4 },
  };
  expect(factOf(run("a", "finished", { metrics, decidingMetric: "eval/loss" }))).toBe("eval/loss 0.3000");
  expect(factOf(run("a", "finished", { metrics, decidingMetric: "eval/auc" }))).toBe("f1_macro 0.9141");
  expect(factOf(run("a", "finished", { metrics }))).toBe("f1_macro 0.9141");
});

test.each<[RunState, string[]]>([
  ["running", ["stop", "fork"]],
  ["stopping", ["stopNow", "fork"]],
  ["finished", ["rerun", "delete", "fork"]],
  ["crashed", ["resume", "rerun", "delete", "fork"]],
])("a run that is %s can be %j", (state, abilities) => {
  const item = run("a", state, { progress: { step: 3, total: 9, epoch: null } });
  expect(abilitiesOf(item, false)).toEqual(["unstarred", "notBaseline", ...abilities]);
  expect(abilitiesOf({ ...item, trashed: true }, false)).toEqual(["restore"]);
});
