/** Figures and sentences of charts. */
import {
  formatClock,
  formatCount,
  formatDuration,
  formatDelta,
  formatMemory,
  formatMetric,
  formatPercent,
  formatReading,
  MISSING,
} from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { StepClock } from "./clock.ts";
import type { ChartMark, ChartRun, Unit, XAxis } from "./model.ts";
import { lastReading, type Reading } from "./readings.ts";
import type { Scene } from "./scene.ts";

/** A value of a chart with its unit. */
export function formatValue(value: number | undefined, unit: Unit, metric: string): string {
  if (value === undefined) return MISSING;
  if (!Number.isFinite(value)) return formatMetric(value);
  switch (unit) {
    case "percent":
      return formatPercent(value / 100);
    case "memory":
      return formatMemory(value);
    case "temperature":
      return t("{0} °C", formatCount(value));
    case "power":
      return t("{0} W", formatCount(value));
    case "rate":
      return formatReading(value, metric);
    default:
      return formatMetric(value, metric);
  }
}

/** A difference of two values of a chart, with its sign. */
export function formatDifference(value: number, reference: number, unit: Unit, metric: string): string {
  if (unit === "metric" || unit === "rate") return formatDelta(value, reference, metric);
  const difference = value - reference;
  if (!Number.isFinite(difference)) return MISSING;
  return `${difference < 0 ? "\u2212" : "+"}${formatValue(Math.abs(difference), unit, metric)}`;
}

/** The step of a reading, or those of its bucket. */
export const stepWords = ({ step, span }: Pick<Reading, "step" | "span">): string =>
  span ? t("steps {0}–{1}", formatCount(span[0]), formatCount(span[1])) : t("step {0}", formatCount(step));

/** Where a reading stands: its step (or seconds since the start), and when that was. */
export function placeOf(reading: Reading, run: ChartRun | undefined, clock: StepClock | undefined): string {
  const { kind } = reading.line.line;
  const startMs = run?.startedMs ?? null;
  if (kind === "system") {
    const after = formatDuration(reading.step * 1000);
    return startMs === null
      ? t("after {0}", after)
      : t("after {0} · {1}", after, formatClock(startMs + reading.step * 1000, { withSeconds: true }));
  }
  const step = stepWords(reading);
  const timeMs = clock?.timeAt(reading.step) ?? Number.NaN;
  return Number.isFinite(timeMs) ? t("{0} · {1}", step, formatClock(timeMs, { withSeconds: true })) : step;
}

/** What a sign says when it is pointed at. */
export function markWords(mark: ChartMark): string {
  if (mark.kind === "resume") return mark.label;
  const step = formatCount(mark.step);
  if (mark.kind === "alert") return t("Step {0}: {1}", step, mark.message);
  if (mark.state === "best") return t("Best checkpoint, step {0}. Click opens it.", step);
  return mark.state === "kept"
    ? t("Checkpoint kept, step {0}. Click opens it.", step)
    : t("Checkpoint pruned, step {0}", step);
}

/** An x of the shared axis in words. */
export function formatX(axis: XAxis, x: number): string {
  if (axis === "step") return t("step {0}", formatCount(x));
  if (axis === "epoch") return t("epoch {0}", x.toFixed(2));
  return axis === "clock" ? formatClock(x, { withSeconds: true }) : t("after {0}", formatDuration(x));
}

/** Change below this share of the range counts as steady. */
const STEADY = 0.02;

/** What a chart shows in a sentence, for who does not see it. */
export function summaryOf(scene: Scene): string {
  const { spec } = scene;
  const lines = scene.lines.filter(({ line }) => !line.isBackground && line.part !== "abandoned");
  if (lines.length === 0) return t("{0}, no data", spec.title);
  if (lines.length > 1) return t("{0}, {1} curves", spec.title, lines.length);
  const [line] = lines;
  const last = lastReading(line!);
  const value = formatValue(last?.value, spec.unit, spec.metric);
  const steps = formatCount(Math.round(line!.steps.at(-1) ?? 0));
  const alerts = (spec.marks ?? []).filter((mark) => mark.kind === "alert");
  const parts = [
    line!.line.kind === "system"
      ? t("{0}, last {1}", spec.title, value)
      : t("{0}, {1} steps, last {2}", spec.title, steps, value),
    trendOf(line!.shown),
    ...alerts.slice(-1).map((alert) => t("alert at step {0}", formatCount(alert.step))),
  ];
  return parts.join(", ");
}

function trendOf(values: Float64Array): string {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length < 2) return t("one value");
  const recent = finite.subarray(Math.floor(finite.length * 0.7));
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of finite) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const change = recent.at(-1)! - recent[0]!;
  if (Math.abs(change) <= (high - low) * STEADY) return t("steady");
  return change < 0 ? t("falling") : t("rising");
}
