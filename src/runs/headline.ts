import type { JsonNumber } from "../base/numbers.ts";
import { higherIsBetter } from "../config/metrics.ts";
import type { RunListItem } from "./model.ts";

/** What a run is judged by in a line. */
export interface Headline {
  metric: string;
  /** The best value so far, by the metric's goal. */
  value: JsonNumber;
  step: number;
}

/** The best of the metric a run is judged by: macro F1, else accuracy, else its loss, else its first evaluation metric. */
export function headlineOf({ metrics }: Pick<RunListItem, "metrics">): Headline | undefined {
  const wanted = ["eval/f1_macro", "eval/accuracy", "eval/loss"].find((name) => metrics[name]);
  const metric = wanted ?? Object.keys(metrics).find((name) => name.startsWith("eval/"));
  if (metric === undefined) return undefined;
  const { last, lastStep, min, minStep, max, maxStep } = metrics[metric]!;
  const [value, step] = higherIsBetter(metric) ? [max, maxStep] : [min, minStep];
  return { metric, value: value ?? last, step: step ?? lastStep };
}
