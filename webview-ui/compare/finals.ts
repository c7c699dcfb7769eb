/** What came of the runs, each beside the baseline. */
import {
  formatDelta,
  formatDuration,
  formatMemory,
  formatMetric,
  formatSpeed,
  formatSpeedDelta,
  MISSING,
} from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { PageComparedRun } from "../../src/messages/compare-page.ts";
import { bestOf, shortMetric, type Comparison } from "./runs.ts";

export interface FinalCell {
  value: number | undefined;
  text: string;
  isBest: boolean;
  /** Undefined where there is nothing to subtract, and for the baseline itself. */
  delta: { text: string; kind: "better" | "worse" | "same" } | undefined;
}

export interface FinalRow {
  id: string;
  label: string;
  goal: "min" | "max" | null;
  /** In the order of the comparison's columns. */
  cells: readonly FinalCell[];
}

interface Measure {
  id: string;
  label: string;
  goal: FinalRow["goal"];
  /** In the order of the view's runs. */
  values: readonly (number | undefined)[];
  format: (value: number) => string;
  difference: (value: number, reference: number) => string;
}

/** Metrics at each run's best checkpoint, then time, memory and speed. */
export function finalRows(comparison: Comparison): FinalRow[] {
  const { view, deciding } = comparison;
  const metrics = view.finals.map(({ name, goal, values }): Measure => ({
    id: name,
    label: shortMetric(name),
    goal,
    values: values.map(fromJsonNumber),
    format: (value) => formatMetric(value, name),
    difference: (value, reference) => formatDelta(value, reference, name),
  }));
  metrics.sort((a, b) => rank(a.id, deciding?.metric) - rank(b.id, deciding?.metric));
  return [...metrics, ...costs(view.runs)].map((measure) => rowOf(measure, comparison));
}

/** The deciding metric first, losses last. */
const rank = (name: string, deciding: string | undefined): number =>
  name === deciding ? 0 : /(?:^|[/_])loss$/.test(name) ? 2 : 1;

function costs(runs: readonly PageComparedRun[]): Measure[] {
  const isGpu = runs.some(({ peakMemory }) => peakMemory?.of === "gpu");
  return [
    {
      id: "time",
      label: t("train time"),
      goal: "min",
      values: runs.map(({ durationMs }) => durationMs ?? undefined),
      format: formatDuration,
      difference: (value, reference) => signed(value - reference, formatDuration),
    },
    {
      id: "memory",
      label: isGpu ? t("GPU memory") : t("memory"),
      goal: "min",
      // A run on the processor has no GPU memory to compare.
      values: runs.map(({ peakMemory }) =>
        peakMemory && (peakMemory.of === "gpu") === isGpu ? peakMemory.bytes : undefined,
      ),
      format: formatMemory,
      difference: (value, reference) => signed(value - reference, formatMemory),
    },
    {
      id: "speed",
      label: t("speed"),
      goal: "max",
      values: runs.map(({ stepsPerSecond }) => stepsPerSecond ?? undefined),
      format: (value) => formatSpeed(value),
      difference: formatSpeedDelta,
    },
  ];
}

const signed = (difference: number, format: (value: number) => string): string =>
  `${difference < 0 ? "\u2212" : "+"}${format(Math.abs(difference))}`;

function rowOf({ id, label, goal, values, format, difference }: Measure, { columns, baseline }: Comparison): FinalRow {
  const reference = values[baseline.index];
  const best = bestOf(values, goal);
  return {
    id,
    label,
    goal,
    cells: columns.map(({ index, isBaseline }): FinalCell => {
      const value = values[index];
      const hasDelta = !isBaseline && isFinite(value) && isFinite(reference);
      return {
        value,
        text: value === undefined ? MISSING : format(value),
        isBest: index === best,
        delta: hasDelta ? deltaOf(difference(value, reference), value - reference, goal) : undefined,
      };
    }),
  };
}

const isFinite = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** A difference too small to be written is none. Without a goal neither way is better. */
function deltaOf(text: string, difference: number, goal: FinalRow["goal"]): FinalCell["delta"] {
  if (!/[1-9]/.test(text)) return { text: "±0", kind: "same" };
  if (goal === null) return { text, kind: "same" };
  return { text, kind: difference > 0 === (goal === "max") ? "better" : "worse" };
}
