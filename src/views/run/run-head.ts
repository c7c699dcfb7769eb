import { access } from "node:fs/promises";
import type { MetricView, PageCheckpoint, RunHead } from "../../messages/run-view.ts";
import { goalOf, headlineOf } from "../../runs/headline.ts";
import type { CheckpointView, RunRecord } from "../../runs/model.ts";
import type { Points, RunStore } from "../../store/port.ts";
import { numberOr, setting } from "./record.ts";

/** What a head needs of the store: the parent's name, and the time of the best evaluation. */
export type HeadStore = Pick<RunStore, "get" | "series">;

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
  const best = headlineOf(record);
  if (!best) return null;
  const { metric, step } = best;
  const saved = record.checkpoints.findLast((at) => at.step === step);
  if (saved) return { ...best, timeMs: saved.timeMs };
  const points = (await store.series({ run: record.id, metric, from: step, to: step })) as Points;
  return { ...best, timeMs: points.timesMs[0] ?? null };
}
