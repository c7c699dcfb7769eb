import { describe, expect, test } from "vitest";
import {
  compareGroups,
  compareMetrics,
  describeMetric,
  metricFilter,
  prefixOf,
} from "../../../webview-ui/charts/metrics.ts";

test("groups stand in reading order, numbers by their size", () => {
  const groups = ["layer.10/", "system/", "", "eval/", "layer.2/", "train/"];
  expect(groups.sort(compareGroups)).toEqual(["train/", "eval/", "system/", "", "layer.2/", "layer.10/"]);
  expect([prefixOf("train/loss"), prefixOf("loss"), prefixOf("a/b/c")]).toEqual(["train/", "", "a/"]);
});

test("within a group what matters most stands first, the deciding metric right after the loss", () => {
  const metrics = ["eval/zeta", "eval/accuracy", "eval/mcc", "eval/loss", "eval/f1_macro"];
  expect(metrics.sort(compareMetrics("eval/mcc"))).toEqual([
    "eval/loss",
    "eval/mcc",
    "eval/f1_macro",
    "eval/accuracy",
    "eval/zeta",
  ]);
});

test.each([
  ["system/gpu.0.memory", 1, "GPU memory", "memory"],
  ["system/gpu.1.utilization", 2, "GPU 1 utilisation", "percent"],
  ["system/cpu", 0, "CPU utilisation", "percent"],
  ["system/unheard.of", 0, "system/unheard.of", "metric"],
  ["train/loss", 0, "train/loss", "metric"],
])("%s on a machine with %d GPUs is called %s", (metric, gpus, title, unit) => {
  expect(describeMetric(metric, gpus)).toEqual({ title, unit });
});

test.each([
  ["train/peak_memory_reserved", "memory"],
  ["train/tokens_per_second", "rate"],
  ["train/loss_scale", "metric"],
  ["eval/perplexity", "metric"],
])("%s is drawn as %s", (metric, unit) => {
  expect(describeMetric(metric, 1)).toEqual({ title: metric, unit });
});

describe("the filter", () => {
  const matching = (text: string, metrics: string[]): string[] => {
    const { matches } = metricFilter(text);
    return metrics.filter((metric) => matches(metric, metric));
  };
  const metrics = ["train/loss", "eval/loss", "eval/f1_macro"];
  test("takes words in any order and case, and regular expressions", () => {
    expect(matching("", metrics)).toEqual(metrics);
    expect(matching("LOSS eval", metrics)).toEqual(["eval/loss"]);
    expect(matching("f1|train", metrics)).toEqual(["train/loss", "eval/f1_macro"]);
    expect(matching("^eval.*o$", metrics)).toEqual(["eval/f1_macro"]);
  });
  test("says what is no regular expression and shows all", () => {
    expect(metricFilter("loss(").problem).toContain("loss(");
    expect(matching("loss(", metrics)).toEqual(metrics);
  });
});
