import { describe, expect, test } from "vitest";
import { chooseMetrics, loggedMetrics } from "../../../../../src/trainers/tfjs/train/evaluator.ts";

describe("metric names of the config", () => {
  test("the loss is always logged; prefixes are allowed", () => {
    expect(chooseMetrics(["f1_macro", "accuracy"], "eval/f1_macro")).toEqual({
      logged: ["loss", "accuracy", "f1_macro"],
      deciding: "f1_macro",
      greaterIsBetter: true,
    });
    expect(chooseMetrics([], "eval_loss")).toEqual({ logged: ["loss"], deciding: "loss", greaterIsBetter: false });
  });

  test("an unknown one is named with those that there are", () => {
    expect(() => chooseMetrics(["perplexity"], "loss")).toThrow(/perplexity is not measured/);
    expect(() => chooseMetrics([], "f1")).toThrow(/The metric f1 is not measured/);
  });

  test("only what was measured is logged", () => {
    const choice = chooseMetrics(["accuracy"], "loss");
    expect(loggedMetrics({ accuracy: 0.5, recall_macro: 1 }, choice)).toEqual({ "eval/accuracy": 0.5 });
  });
});
