import {
  formatCount,
  formatDuration,
  formatEnd,
  formatMemory,
  formatMetric,
  formatPast,
  formatPercent,
  formatSpeed,
  MISSING,
} from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import { ranFor } from "./ages.ts";
import { bestFigure, type Delta } from "./best.ts";
import { usedGpus } from "./gpus.ts";

/** One headline figure: what it is, the answer large, what it is compared with small. */
export interface Figure {
  id: "progress" | "left" | "speed" | "processor" | "memory" | "best";
  label: string;
  value: string;
  /** Beside the value, smaller: `of 1,140 steps`. */
  of?: string;
  /** Below. */
  note: string;
  title?: string;
  /** Share done, 0–1. */
  bar?: number;
  /** Metric of the small curve. */
  curve?: string;
  star?: boolean;
  delta?: Delta | undefined;
}

/** Below this many steps a segment is too young for an estimate. */
const ESTIMATE_FROM_STEPS = 20;

/** The figures of a live run, left to right. */
export const figuresOf = (view: RunView, nowMs: number): Figure[] => [
  progress(view, nowMs),
  timeLeft(view, nowMs),
  speed(view),
  processor(view),
  memory(view),
  best(view, nowMs),
];

function progress(view: RunView, nowMs: number): Figure {
  const { step, total, epoch } = view.progress;
  const label = t("Progress");
  const elapsed = t("{0} elapsed", formatDuration(ranFor(view, nowMs)));
  if (total === null || total <= 0)
    return { id: "progress", label, value: formatCount(step), of: t("steps"), note: elapsed };
  const figure = {
    id: "progress",
    label,
    value: formatCount(step),
    of: t("of {0} steps", formatCount(total)),
  } as const;
  const share = Math.min(1, step / total);
  const epochs = epoch === null ? elapsed : epochText(epoch, view.epochs);
  return { ...figure, note: formatPercent(Math.floor(share * 100) / 100), bar: share, title: `${epochs}, ${elapsed}` };
}

const epochText = (epoch: number, of: number | null): string =>
  of === null ? t("epoch {0}", epoch.toFixed(2)) : t("epoch {0} of {1}", epoch.toFixed(2), formatCount(of));

function timeLeft({ etaMs, lastDataMs, progress: { step }, segments, state }: RunView, nowMs: number): Figure {
  const label = t("Time left");
  const made = step - (segments.at(-1)?.fromStep ?? 0);
  if (etaMs === null || made < ESTIMATE_FROM_STEPS || state !== "running")
    return { id: "left", label, value: MISSING, note: made < ESTIMATE_FROM_STEPS ? t("after 20 steps") : "" };
  const endMs = (lastDataMs ?? nowMs) + etaMs;
  return {
    id: "left",
    label,
    value: formatDuration(Math.max(0, endMs - nowMs)),
    note: t("ends {0}", formatEnd(endMs)),
  };
}

function speed({ stepsPerSecond, samplesPerSecond }: RunView): Figure {
  return {
    id: "speed",
    label: t("Speed"),
    value: formatSpeed(stepsPerSecond),
    note: samplesPerSecond === null ? "" : formatSpeed(samplesPerSecond, t("samples")),
  };
}

function processor(view: RunView): Figure {
  const gpus = usedGpus(view);
  const [gpu] = gpus;
  if (!gpu) {
    const cpu = lastOf(view, "system/cpu");
    const { cores } = view.machine;
    return {
      id: "processor",
      label: "CPU",
      value: percent(cpu),
      note: cores > 0 ? t("{0} cores", formatCount(cores)) : "",
      curve: "system/cpu",
    };
  }
  const values = gpus.map(({ prefix }) => lastOf(view, `${prefix}utilization`)).filter((value) => value !== undefined);
  const mean = values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    id: "processor",
    label: gpus.length === 1 ? gpuLabel(gpu) : t("{0} GPUs · {1}", gpus.length, shortGpu(gpu.name)),
    value: percent(mean),
    note: [joined(lastOf(view, `${gpu.prefix}temperature`), "°C"), joined(lastOf(view, `${gpu.prefix}power`), "W")]
      .filter(Boolean)
      .join(" · "),
    title: gpus
      .map(({ index, name, prefix }) => `GPU ${index} ${name} ${percent(lastOf(view, `${prefix}utilization`))}`)
      .join("\n"),
    curve: `${gpu.prefix}utilization`,
  };
}

function memory(view: RunView): Figure {
  // Of several GPUs the fullest: it is the one that runs out first.
  const gpus = usedGpus(view).map((gpu) => ({ ...gpu, metric: `${gpu.prefix}memory` }));
  const gpu = gpus.toSorted((a, b) => (lastOf(view, b.metric) ?? 0) - (lastOf(view, a.metric) ?? 0))[0];
  const metric = gpu?.metric ?? "system/memory";
  const of = gpu ? gpu.memoryBytes : view.machine.memoryBytes;
  const peak = summaryOf(view, metric)?.max;
  const own = gpu ? undefined : lastOf(view, "system/process.memory");
  const label = gpu ? (gpus.length > 1 ? t("GPU {0} memory", gpu.index) : t("GPU memory")) : t("Memory");
  return {
    id: "memory",
    label,
    ...memoryOf(lastOf(view, metric), of),
    note: memoryNote(fromJsonNumber(peak), own),
    curve: metric,
  };
}

/** `6.8` `of 24 GB`: the unit once, when it is the same. */
function memoryOf(used: number | undefined, of: number): Pick<Figure, "value" | "of"> {
  const value = formatMemory(used);
  if (of <= 0) return { value };
  const total = formatMemory(of).replace(/[.,]0(?= )/, "");
  const unit = total.split(" ")[1] ?? "";
  return { value: value.endsWith(` ${unit}`) ? value.slice(0, -unit.length - 1) : value, of: t("of {0}", total) };
}

function memoryNote(peak: number | undefined, own: number | undefined): string {
  const words = peak === undefined ? [] : [t("peak {0}", formatMemory(peak))];
  if (own !== undefined) words.push(t("trainer {0}", formatMemory(own)));
  return words.join(" · ");
}

function best(view: RunView, nowMs: number): Figure {
  const figure = bestFigure(view);
  if (!figure) {
    const loss = lastOf(view, "train/loss");
    const step = summaryOf(view, "train/loss")?.lastStep;
    const note = step === undefined ? "" : t("step {0}", formatCount(step));
    return { id: "best", label: t("Training loss"), value: formatMetric(loss, "train/loss"), note };
  }
  const { name, metric, value, step, timeMs, delta } = figure;
  const at = t("step {0}", formatCount(step));
  const note = timeMs === null ? at : `${at} · ${formatPast(timeMs, nowMs)}`;
  return { id: "best", label: t("Best {0}", name), value, note, title: metric, star: true, delta };
}

const summaryOf = (view: RunView, metric: string) =>
  Object.hasOwn(view.metrics, metric) ? view.metrics[metric] : undefined;
const lastOf = (view: RunView, metric: string): number | undefined => fromJsonNumber(summaryOf(view, metric)?.last);
const percent = (value: number | undefined): string => (value === undefined ? MISSING : formatPercent(value / 100));
const joined = (value: number | undefined, unit: string): string =>
  value === undefined ? "" : `${formatCount(value)} ${unit}`;

const shortGpu = (name: string): string => name.replace(/^NVIDIA\s+/i, "").replace(/^GeForce\s+/i, "");
const gpuLabel = ({ index, name }: { index: number; name: string }): string =>
  name === "" ? `GPU ${index}` : `GPU ${index} · ${shortGpu(name)}`;
