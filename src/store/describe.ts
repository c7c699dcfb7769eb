import { resolve } from "node:path";
import { moveBest } from "../runs/best-checkpoint.ts";
import type { FoldView } from "../runs/fold.ts";
import { decidingMetric } from "../runs/headline.ts";
import { runFile } from "../runs/layout.ts";
import type { RunListItem, RunRecord } from "../runs/model.ts";
import type { Database } from "./driver.ts";
import { seriesSources } from "./read-series.ts";
import type { RunTail } from "./run-tail.ts";

/** A run as lists show it, of what its folder and journals say. */
export async function describeItem(db: Database, tail: RunTail): Promise<RunListItem> {
  return itemOf(tail, await settledView(db, tail));
}

/** A run with everything but its points. */
export async function describeRecord(db: Database, tail: RunTail): Promise<RunRecord> {
  const view = await settledView(db, tail);
  const { segments, process, facts, baselines, alerts, tables, totalParameters, trainableParameters } = view;
  const { activity } = view;
  const pins = new Set(tail.meta.pins);
  return {
    ...itemOf(tail, view),
    dir: tail.dir,
    segments,
    checkpoints: moveBest(view.checkpoints, segments, tail.config).map((checkpoint) => ({
      ...checkpoint,
      path: resolve(tail.dir, checkpoint.path),
      tags: pins.has(checkpoint.step) ? [...checkpoint.tags, "pinned"] : checkpoint.tags,
    })),
    process,
    config: tail.config,
    origins: (tail.files.read(runFile(tail.dir, "origins")) ?? {}) as RunRecord["origins"],
    environment: (tail.files.read(runFile(tail.dir, "environment")) ?? {}) as RunRecord["environment"],
    facts,
    baselines,
    alerts,
    tables,
    activity,
    damagedLines: tail.damaged,
    totalParameters,
    trainableParameters,
  };
}

/** The fold's view once what a resume cut off has been counted again from the points. */
async function settledView(db: Database, tail: RunTail): Promise<FoldView> {
  const view = tail.fold.view();
  if (view.recounts.length === 0) return view;
  for (const recount of view.recounts) {
    const sources = await seriesSources(db, tail, recount.metric);
    const source = sources.find(({ segment }) => segment === recount.segment);
    const { steps, values } = (await source?.points(0, source.shape.n, false)) ?? { steps: [], values: [] };
    tail.fold.recount(recount, steps, values);
  }
  return tail.fold.view();
}

function itemOf({ manifest, meta, config }: RunTail, view: FoldView): RunListItem {
  const text = (group: string, key: string): string => {
    const value = (config[group] as Record<string, unknown> | undefined)?.[key];
    return typeof value === "string" ? value : "";
  };
  const { cause, startedMs, endedMs, progress, etaMs, metrics } = view;
  return {
    id: manifest.id,
    name: meta.name ?? manifest.name,
    state: view.state ?? "queued",
    cause,
    createdMs: manifest.createdMs,
    startedMs,
    endedMs,
    progress,
    etaMs,
    metrics,
    tags: meta.tags ?? manifest.tags,
    note: meta.note ?? "",
    starred: meta.starred ?? false,
    trashed: meta.trashedMs !== undefined,
    parent: manifest.parent,
    project: manifest.project,
    slot: manifest.slot,
    task: typeof config["task"] === "string" ? config["task"] : "",
    model: text("model", "name_or_path"),
    method: text("method", "type"),
    configFile: manifest.configFile,
    decidingMetric: decidingMetric(config),
  };
}
