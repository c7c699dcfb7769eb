import { access } from "node:fs/promises";
import { higherIsBetter } from "../../config/metrics.ts";
import type { MetricView, PageCheckpoint, RunHead } from "../../messages/run-view.ts";
import type { CheckpointView, RunRecord } from "../../runs/model.ts";
import type { Points, RunStore } from "../../store/port.ts";
import { numberOr, setting, textOr } from "./record.ts";

/** What a head needs of the store: the parent's name, and the time of the best evaluation. */
export type HeadStore = Pick<RunStore, "get" | "series">;

/** Which way of a metric is better; null for what is no result. */
export function goalOf(name: string): "min" | "max" | null {
  if (!name.startsWith("eval/") && name !== "train/loss") return null;
  return higherIsBetter(name) ? "max" : "min";
}

/** The metric that decides which checkpoint is best, with its prefix; null before the first evaluation. */
export function decidingMetric(record: Pick<RunRecord, "config" | "metrics">): string | null {
  const named = textOr(setting(record, "checkpoint", "metric_for_best_model"));
  const candidates = named ? [`eval/${named.replace(/^eval[/_]/, "")}`, named, "eval/loss"] : ["eval/loss"];
  return candidates.find((name) => Object.hasOwn(record.metrics, name)) ?? null;
}

/** The best value of a metric and its step; undefined when it has no finite value. */
export function bestOf(
  record: Pick<RunRecord, "metrics">,
  metric: string,
): { value: MetricView["last"]; step: number } | undefined {
  const summary = Object.hasOwn(record.metrics, metric) ? record.metrics[metric] : undefined;
  if (!summary) return undefined;
  const [value, step] = goalOf(metric) === "max" ? [summary.max, summary.maxStep] : [summary.min, summary.minStep];
  return value === null || step === null ? undefined : { value, step };
}

/** The part of a run that every page shows. */
export async function runHead(record: RunRecord, store: HeadStore): Promise<RunHead> {
  // `Object.fromEntries` makes own properties of any name, `__proto__` too.
  const metrics: Record<string, MetricView> = Object.fromEntries(
    Object.entries(record.metrics).map(([name, summary]) => [name, { ...summary, goal: goalOf(name) }]),
  );
  const parent = record.parent ? await store.get(record.parent.run) : undefined;
  return {
    id: record.id,
    name: record.name,
    slot: record.slot,
    state: record.state,
    cause: record.cause,
    createdMs: record.createdMs,
    startedMs: record.startedMs,
    endedMs: record.endedMs,
    tags: record.tags,
    note: record.note,
    starred: record.starred,
    trashed: record.trashed,
    task: record.task,
    model: record.model,
    method: record.method,
    configFile: record.configFile,
    parent: record.parent ? { ...record.parent, name: parent?.name ?? null, slot: parent?.slot ?? null } : null,
    progress: record.progress,
    epochs: record.activity.epochs ?? numberOr(setting(record, "train", "num_train_epochs")),
    stepsPerEpoch: record.activity.stepsPerEpoch,
    metrics,
    segments: record.segments,
    checkpoints: await Promise.all(record.checkpoints.map(pageCheckpoint)),
    best: await bestHead(record, store),
  };
}

/** The journal's word on a checkpoint, and whether its folder is still there. */
async function pageCheckpoint(at: CheckpointView): Promise<PageCheckpoint> {
  const present =
    at.present &&
    (await access(at.path).then(
      () => true,
      () => false,
    ));
  return { ...at, present };
}

async function bestHead(record: RunRecord, store: HeadStore): Promise<RunHead["best"]> {
  const metric = decidingMetric(record);
  const best = metric ? bestOf(record, metric) : undefined;
  if (!metric || !best) return null;
  const saved = record.checkpoints.findLast(({ step }) => step === best.step);
  if (saved) return { metric, ...best, timeMs: saved.timeMs };
  const points = (await store.series({ run: record.id, metric, from: best.step, to: best.step })) as Points;
  return { metric, ...best, timeMs: points.timesMs[0] ?? null };
}
