/** Charts of the compare page: one a metric, a curve a run. */
import { fromJsonNumber } from "../../src/base/numbers.ts";
import { t } from "../../src/base/l10n.ts";
import {
  compareGroups,
  compareMetrics,
  describeMetric,
  gpuOf,
  isLogByItself,
  kindOf,
  prefixOf,
} from "../charts/metrics.ts";
import type { ChartLine, ChartSpec } from "../charts/model.ts";
import type { ChartSection } from "../charts/run-specs.ts";
import type { ComparedRun, Comparison } from "./runs.ts";

/** A chart for every metric any of the runs has, in groups and in reading order. */
export function compareSections(comparison: Comparison): ChartSection[] {
  const groups = new Map<string, Set<string>>();
  for (const { run } of comparison.runs)
    for (const metric of Object.keys(run.metrics)) {
      const prefix = prefixOf(metric);
      const group = groups.get(prefix) ?? new Set();
      groups.set(prefix, group.add(metric));
    }
  const gpus = new Set([...groups.values()].flatMap((metrics) => [...metrics].map(gpuOf))).size - 1;
  return [...groups.keys()].sort(compareGroups).map((prefix) => ({
    prefix,
    specs: [...groups.get(prefix)!]
      .sort(compareMetrics(comparison.deciding?.metric))
      .map((metric) => specOf(metric, comparison, gpus)),
  }));
}

function specOf(metric: string, { runs, baseline, deciding }: Comparison, gpus: number): ChartSpec {
  const having = runs.filter(({ run }) => Object.hasOwn(run.metrics, metric));
  const goal = having.map(({ run }) => run.metrics[metric]!.goal).find((one) => one) ?? null;
  const kind = kindOf(metric);
  const { title, unit } = describeMetric(metric, gpus);
  const lines = having.map(({ run, letter, slot, isMuted }): ChartLine => ({
    key: run.id,
    run: run.id,
    label: run.name,
    letter,
    slot,
    metric,
    kind,
    goal,
    ...(isMuted ? { isMuted } : {}),
  }));
  // What has a colour is drawn over what has none.
  lines.sort((a, b) => Number(b.isMuted ?? false) - Number(a.isMuted ?? false));
  const isShare = metric.endsWith(".utilization") || metric === "system/cpu";
  return {
    id: metric,
    title,
    metric,
    lines,
    unit,
    isLog: isLogByItself(metric),
    ...(metric === deciding?.metric ? { subtitle: goal === "max" ? t("higher is better") : t("lower is better") } : {}),
    ...(isShare ? { range: { min: 0, max: 100 } } : {}),
    ...(kind === "eval" && goal ? { best: having.flatMap((run) => bestPoint(run, metric, goal)) } : {}),
    ...(having.includes(baseline) ? { baseline: baseline.run.id } : {}),
  };
}

/** The best point of a curve, to be ringed; with too many curves rings would hide them. */
function bestPoint({ run, isMuted }: ComparedRun, metric: string, goal: "min" | "max") {
  const { max, maxStep, min, minStep } = run.metrics[metric]!;
  const [value, step] = goal === "max" ? [fromJsonNumber(max), maxStep] : [fromJsonNumber(min), minStep];
  return value === undefined || step === null || isMuted ? [] : [{ line: run.id, step, value }];
}

/** The charts of the overview: what runs are judged by, and the training loss; without them the first two. */
export function pinnedSpecs(sections: readonly ChartSection[], { deciding }: Comparison): ChartSpec[] {
  const specs = sections.flatMap((section) => section.specs);
  const pinned = [deciding?.metric, "train/loss"].flatMap((name) => specs.find(({ metric }) => metric === name) ?? []);
  return pinned.length > 0 ? pinned : specs.slice(0, 2);
}
