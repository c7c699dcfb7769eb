/** The charts of one run, out of its view. */
import { fromJsonNumber } from "../../src/base/numbers.ts";
import { formatHyperparameter, formatMemory, formatSteps } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunHead, RunView } from "../../src/messages/run-view.ts";
import { compareGroups, compareMetrics, describeMetric, gpuOf, isLogByItself, kindOf, prefixOf } from "./metrics.ts";
import type { ChartLimit, ChartLine, ChartMark, ChartRun, ChartSpec } from "./model.ts";
import { rateAfter } from "./schedule.ts";

const LIVE_STATES = ["preparing", "running", "stalled", "stopping"];

/** What the x axis needs of a run. */
export function chartRun(head: RunHead): ChartRun {
  const isLive = LIVE_STATES.includes(head.state);
  const lastSteps = Object.entries(head.metrics)
    .filter(([name]) => !name.startsWith("system/"))
    .map(([, { lastStep }]) => lastStep);
  return {
    id: head.id,
    startedMs: head.startedMs,
    endedMs: head.endedMs,
    isLive,
    lastStep: Math.max(0, head.progress.step, ...lastSteps),
    total: head.progress.total,
    stepsPerEpoch: head.stepsPerEpoch,
  };
}

/** A group of charts under one prefix. */
export interface ChartSection {
  prefix: string;
  specs: ChartSpec[];
}

/** All charts of a run, grouped by prefix and in reading order. A second series in one chart takes slot 6. */
export function runSections(view: RunView): ChartSection[] {
  const groups = new Map<string, string[]>();
  for (const metric of Object.keys(view.metrics)) {
    const prefix = prefixOf(metric);
    groups.set(prefix, [...(groups.get(prefix) ?? []), metric]);
  }
  const marks = marksOf(view);
  return [...groups.keys()].sort(compareGroups).map((prefix) => ({
    prefix,
    specs: groups
      .get(prefix)!
      .sort(compareMetrics(view.best?.metric))
      .map((metric) => specOf(view, metric, marks)),
  }));
}

function specOf(view: RunView, metric: string, marks: Marks): ChartSpec {
  const gpus = new Set(
    Object.keys(view.metrics)
      .map(gpuOf)
      .filter((gpu) => gpu !== undefined),
  ).size;
  const { title, unit } = describeMetric(metric, gpus);
  const kind = kindOf(metric);
  const range = rangeOf(view, metric);
  const memory = unit === "memory" && range ? formatMemory(range.max) : undefined;
  return {
    id: metric,
    title,
    metric,
    lines: linesOf(view, metric),
    unit,
    isLog: isLogByItself(metric),
    ...(range ? { range } : {}),
    ...(memory === undefined ? {} : { phrase: (text: string) => ofMemory(text, memory), isFilled: true }),
    marks: kind === "system" ? [] : kind === "eval" || metric === "train/learning_rate" ? marks.steps : marks.all,
    limits: limitsOf(view, metric),
    ...(metric === "train/learning_rate" ? planOf(view) : {}),
    ...bestOf(view, metric),
  };
}

/** `6.8 of 24 GB`: the unit once, when it is the same. */
function ofMemory(used: string, total: string): string {
  const [usedNumber, usedUnit] = used.split(" ");
  const [totalNumber, totalUnit] = total.split(" ");
  const short = totalNumber!.replace(/\.0$/, "");
  return usedUnit === totalUnit ? t("{0} of {1}", usedNumber!, `${short} ${totalUnit}`) : t("{0} of {1}", used, total);
}

function linesOf(view: RunView, metric: string): ChartLine[] {
  const kind = kindOf(metric);
  const goal = view.metrics[metric]?.goal ?? null;
  const own: ChartLine = { key: view.id, run: view.id, label: view.name, slot: view.slot, metric, kind, goal };
  const lines = [own];
  if (kind === "system") return lines;
  if (view.segments.some(({ cutStep }) => cutStep !== null))
    lines.push({ ...own, key: `${view.id} abandoned`, part: "abandoned", isBackground: true });
  const { parent } = view;
  if (parent) {
    const { run, step } = parent;
    const line: ChartLine = {
      ...own,
      key: `${run} parent`,
      run,
      label: parent.name ?? t("parent"),
      slot: parent.slot ?? view.slot,
    };
    lines.push({ ...line, to: step, isBackground: true });
  }
  return lines;
}

function rangeOf(view: RunView, metric: string): { min: number; max: number } | undefined {
  const gpu = gpuOf(metric);
  if (metric.endsWith(".utilization") || metric === "system/cpu") return { min: 0, max: 100 };
  const bytes =
    gpu !== undefined && metric.endsWith(".memory")
      ? view.machine.gpus.find(({ index }) => index === gpu)?.memoryBytes
      : metric === "system/memory"
        ? view.machine.memoryBytes
        : metric.startsWith("train/peak_memory_") && view.machine.gpus.length === 1
          ? view.machine.gpus[0]!.memoryBytes
          : undefined;
  const peak = fromJsonNumber(view.metrics[metric]?.max) ?? 0;
  return bytes !== undefined && bytes > 0 && peak <= bytes ? { min: 0, max: bytes } : undefined;
}

function limitsOf(view: RunView, metric: string): ChartLimit[] {
  const clip = view.plan.maxGradNorm;
  if (metric !== "train/grad_norm" || clip === null || clip <= 0) return [];
  return [{ value: clip, label: t("clip {0}", Number.isInteger(clip) ? clip.toFixed(1) : formatHyperparameter(clip)) }];
}

function planOf(view: RunView): Partial<ChartSpec> {
  const { learningRate, scheduler, warmupSteps } = view.plan;
  const { total } = view.progress;
  const run = chartRun(view);
  if (!run.isLive || total === null || learningRate === null || scheduler === null || run.lastStep >= total) return {};
  const planned = { scheduler, learningRate, warmupSteps: warmupSteps ?? 0, total };
  if (rateAfter(planned, 0) === undefined) return {};
  // The rate logged at a step is the one it was made with, after one step fewer.
  const at = (step: number): number => rateAfter(planned, Math.max(0, step - 1)) ?? Number.NaN;
  return { plan: { run: view.id, from: Math.max(run.lastStep, 1), to: total, at } };
}

function bestOf(view: RunView, metric: string): Partial<ChartSpec> {
  const { best } = view;
  const summary = view.metrics[metric];
  if (!best || !summary || kindOf(metric) !== "eval") return {};
  if (best.metric === metric)
    return {
      isDeciding: true,
      best: [{ line: view.id, step: best.step, value: fromJsonNumber(best.value) ?? Number.NaN }],
    };
  const [value, step] = summary.goal === "min" ? [summary.min, summary.minStep] : [summary.max, summary.maxStep];
  if (value === null || step === null || summary.goal === null) return {};
  return { best: [{ line: view.id, step, value: fromJsonNumber(value) ?? Number.NaN }] };
}

interface Marks {
  all: ChartMark[];
  /** Without alerts. */
  steps: ChartMark[];
}

/** Checkpoints, resumes and alerts of a run as marks of its charts. */
function marksOf(view: RunView): Marks {
  const cut = new Map(view.segments.map(({ segment, cutStep }) => [segment, cutStep ?? Number.POSITIVE_INFINITY]));
  const run = view.id;
  const checkpoints = view.checkpoints
    .filter(({ step, segment }) => step <= (cut.get(segment) ?? Number.POSITIVE_INFINITY))
    .map(({ step, tags, present }): ChartMark => {
      const isBest = tags.includes("best");
      return { kind: "checkpoint", run, step, state: isBest ? "best" : present ? "kept" : "pruned" };
    });
  const resumes = view.segments
    .slice(1)
    .map(({ fromStep }): ChartMark => ({ kind: "resume", run, step: fromStep, label: t("resumed at {0}", fromStep) }));
  const fork: ChartMark[] = view.parent
    ? [{ kind: "resume", run, step: view.parent.step, label: t("forked at {0}", view.parent.step) }]
    : [];
  const alerts = view.alerts
    .filter(({ step, muted }) => step !== null && !muted)
    .map(({ step, message, level }): ChartMark => ({ kind: "alert", run, step: step!, message, level }));
  const steps = [...checkpoints, ...resumes, ...fork];
  return { steps, all: [...steps, ...alerts] };
}

/** For an empty tab: what a run without points waits for. */
export const emptySentence = (view: RunView): string =>
  LIVE_STATES.includes(view.state)
    ? t("No points yet. Curves begin with the first step.")
    : t("No points were recorded ({0}).", formatSteps(view.progress.step, view.progress.total));
