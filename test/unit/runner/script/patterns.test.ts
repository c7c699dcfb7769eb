import { describe, expect, test } from "vitest";
import { OutputPatterns } from "../../../../src/runner/script/patterns.ts";

describe("metrics in lines of output", () => {
  test("each named group is one, `step` is the step; other lines tell nothing", () => {
    const patterns = new OutputPatterns(["step (?<step>\\d+)", "loss[:=]\\s*(?<loss>\\S+)", "acc (?<acc>[\\d.]+)?"]);
    expect(patterns.find(["Loading", "step 12 loss: 0.41 acc 0.9", "loss=1e-5", "step 13", "acc x"])).toEqual([
      { step: 12, values: { loss: 0.41, acc: 0.9 } },
      { step: undefined, values: { loss: 1e-5 } },
      { step: 13, values: {} },
    ]);
  });

  test.each([
    ["1,234.5", 1234.5],
    ["nan", Number.NaN],
    ["-inf", Number.NEGATIVE_INFINITY],
    ["1e-05", 1e-5],
    [".5", 0.5],
  ])("%s is a number", (text, value) => {
    expect(new OutputPatterns(["(?<m>\\S+)"]).find([text])).toEqual([{ step: undefined, values: { m: value } }]);
  });

  test.each(["1.2.3", "abc", ""])("%j is none", (text) => {
    expect(new OutputPatterns(["^(?<m>.*)$"]).find([text])).toEqual([]);
  });

  test("a pattern that would be tried for ever is given up in time", () => {
    const patterns = new OutputPatterns(["^(?<m>(?:a+)+)$"]);
    const startedMs = performance.now();
    expect(patterns.find([`${"a".repeat(60)}!`])).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(patterns.find(["aaa"])).toEqual([]);
  });
});
