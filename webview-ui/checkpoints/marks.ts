/** What the tab shows of each checkpoint, out of the view and what lies on the disk. */
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { PageCheckpoint, RunView } from "../../src/messages/run-view.ts";
import type { PageCheckpointFolder } from "../../src/messages/tables.ts";

export interface Mark {
  step: number;
  /** On record; undefined for one that was never finished. */
  checkpoint: PageCheckpoint | undefined;
  /** On the disk; undefined when it is not there, or before the answer came. */
  folder: PageCheckpointFolder | undefined;
  isKept: boolean;
  /** A later resume went on from before it. */
  isAbandoned: boolean;
  tags: readonly ("best" | "last" | "pinned")[];
}

/** Every checkpoint once, by step; of two at one step the later. */
export function marksOf(view: RunView, folders: readonly PageCheckpointFolder[]): Mark[] {
  const cuts = new Map(view.segments.map(({ segment, cutStep }) => [segment, cutStep ?? Number.POSITIVE_INFINITY]));
  const marks = new Map<number, Mark>();
  for (const checkpoint of view.checkpoints) {
    const { step, present, tags, segment } = checkpoint;
    const folder = folders.find((at) => at.path === checkpoint.path);
    const isAbandoned = step > (cuts.get(segment) ?? Number.POSITIVE_INFINITY);
    marks.set(step, { step, checkpoint, folder, isKept: present, isAbandoned, tags });
  }
  for (const folder of folders) {
    if (marks.get(folder.step)?.isKept) continue;
    const { checkpoint } = marks.get(folder.step) ?? {};
    marks.set(folder.step, { step: folder.step, checkpoint, folder, isKept: false, isAbandoned: false, tags: [] });
  }
  return [...marks.values()].sort((a, b) => a.step - b.step);
}

/** What was measured at a checkpoint; null when nothing was. */
export const metricAt = (mark: Mark, metric: string): number | null =>
  fromJsonNumber(mark.checkpoint?.metrics[metric]) ?? null;

/** Metrics a checkpoint can be judged by: those measured at checkpoints, then other evaluation results; the deciding one first. */
export function metricsOf(view: RunView): string[] {
  const names = new Set<string>();
  if (view.best) names.add(view.best.metric);
  for (const { metrics } of view.checkpoints) for (const name of Object.keys(metrics)) names.add(name);
  for (const [name, { goal }] of Object.entries(view.metrics))
    if (goal !== null && name.startsWith("eval/")) names.add(name);
  return [...names];
}

/** The metric's name where there is no room for its prefix; a loss keeps it, because there is another one. */
export const shortName = (metric: string): string =>
  metric.startsWith("eval/") && metric !== "eval/loss" ? metric.slice("eval/".length) : metric;

/** Which step is A and which B before the person chose: the best, and the pinned one or the last. */
export function usualPair(marks: readonly Mark[]): { a: number | null; b: number | null } {
  const counting = marks.filter(({ isAbandoned, checkpoint }) => !isAbandoned && checkpoint);
  const tagged = (tag: Mark["tags"][number]): number | undefined =>
    counting.findLast(({ tags }) => tags.includes(tag))?.step;
  const a = tagged("best") ?? tagged("last") ?? counting.at(-1)?.step ?? null;
  const rest = counting.filter(({ step }) => step !== a);
  const pinned = rest.findLast(({ tags }) => tags.includes("pinned"))?.step;
  const last = rest.findLast(({ tags }) => tags.includes("last"))?.step;
  return { a, b: pinned ?? last ?? rest.at(-1)?.step ?? null };
}
