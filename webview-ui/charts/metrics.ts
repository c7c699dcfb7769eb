/** What is known of metrics by their names: group, title, unit, order. */
import { readingOf } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { LineKind, Unit } from "./model.ts";

/** The part before the first slash with it (`train/`); metrics without one stand together under "". */
export function prefixOf(metric: string): string {
  const slash = metric.indexOf("/");
  return slash < 0 ? "" : metric.slice(0, slash + 1);
}

const FIRST_GROUPS = ["train/", "eval/", "system/"];

/** Groups in reading order: train, eval, then others by name, system among the first three. */
export function compareGroups(a: string, b: string): number {
  const rank = (group: string): number =>
    FIRST_GROUPS.includes(group) ? FIRST_GROUPS.indexOf(group) : FIRST_GROUPS.length;
  return rank(a) - rank(b) || a.localeCompare(b, "en", { numeric: true });
}

export const kindOf = (metric: string): LineKind =>
  metric.startsWith("system/") ? "system" : metric.startsWith("eval/") ? "eval" : "train";

/** Names in the order in which they are worth looking at; `*` stands for a GPU's number. */
const ORDER = [
  "train/loss",
  "train/learning_rate",
  "train/grad_norm",
  "train/reward_margin",
  "train/reward_accuracy",
  "train/loss_scale",
  "train/tokens_per_second",
  "train/samples_per_second",
  "train/peak_memory_allocated",
  "train/peak_memory_reserved",
  "eval/loss",
  "eval/f1_macro",
  "eval/f1",
  "eval/accuracy",
  "eval/perplexity",
  "eval/token_accuracy",
  "eval/reward_margin",
  "eval/reward_accuracy",
  "system/gpu.*.utilization",
  "system/gpu.*.memory",
  "system/cpu",
  "system/memory",
  "system/process.memory",
  "system/process.cpu",
  "system/gpu.*.temperature",
  "system/gpu.*.power",
  "system/disk.free",
];
const rankOf = (metric: string): number => {
  const at = ORDER.indexOf(metric.replace(/gpu\.\d+\./, "gpu.*."));
  return at < 0 ? ORDER.length : at;
};

/** Order within a group; the metric that decides about the best checkpoint stands right after the loss. */
export function compareMetrics(deciding: string | undefined): (a: string, b: string) => number {
  const rank = (metric: string): number => (metric === deciding ? rankOf("eval/loss") + 0.5 : rankOf(metric));
  return (a, b) => rank(a) - rank(b) || a.localeCompare(b, "en", { numeric: true });
}

/** A logarithmic axis by itself: losses fall over orders of magnitude, loss scales are doubled and halved. */
export const isLogByItself = (metric: string): boolean => metric === "train/loss" || metric === "train/loss_scale";

interface Known {
  unit: Unit;
  title: (gpu: string) => string;
}

const SYSTEM: Readonly<Record<string, Known>> = {
  "gpu.*.utilization": { unit: "percent", title: (gpu) => t("{0} utilisation", gpu) },
  "gpu.*.memory": { unit: "memory", title: (gpu) => t("{0} memory", gpu) },
  "gpu.*.temperature": { unit: "temperature", title: (gpu) => t("{0} temperature", gpu) },
  "gpu.*.power": { unit: "power", title: (gpu) => t("{0} power", gpu) },
  cpu: { unit: "percent", title: () => t("CPU utilisation") },
  memory: { unit: "memory", title: () => t("Memory") },
  "process.cpu": { unit: "percent", title: () => t("CPU of the run") },
  "process.memory": { unit: "memory", title: () => t("Memory of the run") },
  "disk.free": { unit: "memory", title: () => t("Free disk space") },
};

/** Title and unit of a metric. GPUs are numbered only where there are several. */
export function describeMetric(metric: string, gpuCount: number): { title: string; unit: Unit } {
  if (!metric.startsWith("system/")) {
    const reading = readingOf(metric);
    return { title: metric, unit: reading === "memory" || reading === "rate" ? reading : "metric" };
  }
  const name = metric.slice("system/".length);
  const gpu = /^gpu\.(\d+)\./.exec(name)?.[1];
  const known = SYSTEM[name.replace(/^gpu\.\d+\./, "gpu.*.")];
  if (!known) return { title: metric, unit: "metric" };
  return { title: known.title(gpu === undefined || gpuCount < 2 ? "GPU" : `GPU ${gpu}`), unit: known.unit };
}

/** Number of the GPU a metric is of; undefined for any other. */
export function gpuOf(metric: string): number | undefined {
  const gpu = /^system\/gpu\.(\d+)\./.exec(metric)?.[1];
  return gpu === undefined ? undefined : Number(gpu);
}

/** A metric filter: words that must all occur (letter case ignored), or a regular expression when it looks like one. */
export function metricFilter(text: string): { matches: (metric: string, title: string) => boolean; problem?: string } {
  const trimmed = text.trim();
  if (trimmed === "") return { matches: () => true };
  if (/[\\^$|()[\]{}*+?]/.test(trimmed)) {
    try {
      const pattern = new RegExp(trimmed, "i");
      return { matches: (metric, title) => pattern.test(metric) || pattern.test(title) };
    } catch {
      return { matches: () => true, problem: t("“{0}” is not a regular expression. All metrics are shown.", trimmed) };
    }
  }
  const words = trimmed.toLowerCase().split(/\s+/);
  return { matches: (metric, title) => words.every((word) => `${metric} ${title}`.toLowerCase().includes(word)) };
}
