import { describe, expect, test } from "vitest";
import { isSamePage, refOfState, type PageRef } from "../../../src/editor/panels/page-ref.ts";

const folder = "file:///project";

describe("what a page kept over a reload", () => {
  test("brings the same page back", () => {
    const run: PageRef = { page: "run", folder, run: "01A" };
    const compare: PageRef = { page: "compare", folder, runs: ["01A", "01B"] };
    expect(refOfState("run", { ref: run, tab: "log" })).toEqual(run);
    expect(refOfState("compare", { ref: compare })).toEqual(compare);
  });

  test("is nothing when it is not what this version writes", () => {
    const states = [undefined, null, 3, {}, { ref: null }, { ref: { folder } }, { ref: { folder: 1, run: "x" } }];
    expect(states.map((state) => refOfState("run", state))).toEqual(states.map(() => undefined));
    const runs = [[], ["a", 1], "a", undefined];
    expect(runs.map((one) => refOfState("compare", { ref: { folder, runs: one } }))).toEqual(runs.map(() => undefined));
  });
});

test("two comparisons are the same when they show the same runs in the same order", () => {
  const page = (...runs: string[]): PageRef => ({ page: "compare", folder, runs });
  expect(isSamePage(page("a", "b"), page("a", "b"))).toBe(true);
  expect(isSamePage(page("a", "b"), page("b", "a"))).toBe(false);
  expect(isSamePage(page("a", "b"), { page: "run", folder, run: "a" })).toBe(false);
});
