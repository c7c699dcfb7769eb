import { formatDelta, formatMetric } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { RunView } from "../../src/messages/run-view.ts";

/** A metric's name without its group: `f1_macro` of `eval/f1_macro`. */
export const shortName = (metric: string): string => metric.slice(metric.lastIndexOf("/") + 1);

/** How a value stands to a reference. Better and worse follow the metric's goal, the sign follows arithmetic. */
export interface Delta {
  text: string;
  kind: "better" | "worse" | "same";
  /** A sentence for the tooltip. */
  title: string;
}

/** The best value so far, as header and figures write it. */
export interface BestFigure {
  name: string;
  metric: string;
  value: string;
  step: number;
  timeMs: number | null;
  delta: Delta | undefined;
}

/** Undefined before the first evaluation. */
export function bestFigure(view: RunView): BestFigure | undefined {
  const { best, reference } = view;
  if (!best) return undefined;
  const value = fromJsonNumber(best.value);
  return {
    name: shortName(best.metric),
    metric: best.metric,
    value: formatMetric(value, best.metric),
    step: best.step,
    timeMs: best.timeMs,
    delta: reference ? deltaOf(best.metric, value, reference, goalIn(view, best.metric)) : undefined,
  };
}

const goalIn = (view: RunView, metric: string) =>
  Object.hasOwn(view.metrics, metric) ? view.metrics[metric]!.goal : null;

function deltaOf(
  metric: string,
  value: number | undefined,
  reference: NonNullable<RunView["reference"]>,
  goal: "min" | "max" | null,
): Delta | undefined {
  const other = fromJsonNumber(reference.value);
  if (value === undefined || other === undefined || !Number.isFinite(value - other)) return undefined;
  const isBetter = goal === "min" ? value < other : value > other;
  const title = reference.isParent
    ? t("{0} of its parent {1}", formatMetric(other, metric), reference.name)
    : t("{0} of the baseline {1}", formatMetric(other, metric), reference.name);
  return {
    text: formatDelta(value, other, metric),
    kind: value === other ? "same" : isBetter ? "better" : "worse",
    title,
  };
}
