import type { JsonNumber } from "../base/numbers.ts";
import { higherIsBetter } from "../config/metrics.ts";
import type { MetricSummary, RunListItem } from "./model.ts";

/** What a run is judged by: its deciding metric, and the best of it so far. */
export interface Headline {
  metric: string;
  value: JsonNumber;
  step: number;
}

/** Which way of a metric is better; null for what is no result (learning rate, gradient norm, samples of the machine). */
export function goalOf(name: string): "min" | "max" | null {
  if (!name.startsWith("eval/") && name !== "train/loss") return null;
  return higherIsBetter(name) ? "max" : "min";
}

/** The metric that decides which checkpoint is best, as it is logged (`eval/f1_macro`); null when the config names none. */
export function decidingMetric(config: Record<string, unknown>): string | null {
  const group = config["checkpoint"] as Record<string, unknown> | null | undefined;
  const name = group?.["metric_for_best_model"];
  return typeof name === "string" ? `eval/${name.replace(/^eval[/_]/, "")}` : null;
}

/** The best value of a metric by its goal, and its step; undefined when it has no finite value. */
export function bestOf(
  metrics: Record<string, MetricSummary>,
  metric: string,
): { value: JsonNumber; step: number } | undefined {
  const summary = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  if (!summary) return undefined;
  const [value, step] = goalOf(metric) === "max" ? [summary.max, summary.maxStep] : [summary.min, summary.minStep];
  return value === null || step === null ? undefined : { value, step };
}

/** Judged by these, in this order, where the deciding metric was not measured (or was not kept: `decidingMetric` is young). */
const USUAL = ["eval/f1_macro", "eval/accuracy", "eval/loss"];

/** The best of what decides; undefined before the first evaluation. The same in lists and on pages. */
export function headlineOf({
  metrics,
  decidingMetric: decides,
}: Pick<RunListItem, "metrics" | "decidingMetric">): Headline | undefined {
  const others = Object.keys(metrics).filter((name) => name.startsWith("eval/"));
  for (const metric of [...(decides ? [decides] : []), ...USUAL, ...others]) {
    const best = bestOf(metrics, metric);
    if (best) return { metric, ...best };
  }
  return undefined;
}
