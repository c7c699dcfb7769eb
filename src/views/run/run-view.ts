import { existsSync } from "node:fs";
import { fromJsonNumber } from "../../base/numbers.ts";
import { higherIsBetter } from "../../config/metrics.ts";
import type { MetricView, RunHead, RunView } from "../../messages/run-view.ts";
import type { RunRecord } from "../../runs/model.ts";
import type { RunStore } from "../../store/port.ts";
import type { RunSurroundings } from "./surroundings.ts";

/** Which way of a metric is better; null for what is no result. */
export function goalOf(name: string): "min" | "max" | null {
  if (!name.startsWith("eval/") && name !== "train/loss") return null;
  return higherIsBetter(name) ? "max" : "min";
}

const groupOf = (record: RunRecord, name: string): Record<string, unknown> => {
  const group = record.config[name];
  return typeof group === "object" && group !== null ? (group as Record<string, unknown>) : {};
};
const numberOr = (value: unknown): number | null => (typeof value === "number" ? value : null);
const textOr = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** The metric that decides which checkpoint is best, with its prefix. */
function decidingMetric(record: RunRecord): string | null {
  const named = textOr(groupOf(record, "checkpoint")["metric_for_best_model"]);
  const candidates = named ? [`eval/${named.replace(/^eval[/_]/, "")}`, "eval/loss"] : ["eval/loss"];
  return candidates.find((name) => record.metrics[name]) ?? null;
}

/** The part of a run that every page shows. */
export async function runHead(record: RunRecord, store: RunStore): Promise<RunHead> {
  const metrics: Record<string, MetricView> = Object.fromEntries(
    Object.entries(record.metrics).map(([name, summary]) => [name, { ...summary, goal: goalOf(name) }]),
  );
  const metric = decidingMetric(record);
  const summary = metric ? metrics[metric] : undefined;
  const [value, step] = summary?.goal === "max" ? [summary.max, summary.maxStep] : [summary?.min, summary?.minStep];
  const checkpoint = record.checkpoints.find((at) => at.step === step);
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
    epochs: numberOr(groupOf(record, "train")["num_train_epochs"]),
    stepsPerEpoch: null,
    metrics,
    segments: record.segments,
    checkpoints: record.checkpoints.map((at) => ({ ...at, present: at.present && existsSync(at.path) })),
    best:
      metric && value !== undefined && value !== null && step !== undefined && step !== null
        ? { metric, value, step, timeMs: checkpoint?.timeMs ?? null }
        : null,
  };
}

/** Everything the run page shows at once. */
export async function runView(record: RunRecord, store: RunStore, around: RunSurroundings): Promise<RunView> {
  const head = await runHead(record, store);
  const train = groupOf(record, "train");
  const git = record.environment["git"] as Record<string, unknown> | null | undefined;
  const baselineId = around.baseline();
  const other = baselineId && baselineId !== record.id ? baselineId : record.parent?.run;
  const reference = other ? await store.get(other) : undefined;
  const referenceBest = reference ? (await runHead(reference, store)).best : null;
  const muted = around.mutedAlerts();
  const cpu = record.environment["cpu"] as { cores?: number } | undefined;
  return {
    ...head,
    dir: record.dir,
    phase: null,
    etaMs: record.etaMs,
    stepsPerSecond: numberOr(fromJsonNumber(record.metrics["train/steps_per_second"]?.last)),
    samplesPerSecond: null,
    lastDataMs: null,
    usualGapMs: null,
    forcedAtMs: null,
    alerts: record.alerts.map((alert) => ({
      ...alert,
      level: alert.level === "error" || alert.level === "info" ? alert.level : "warning",
      muted: muted.includes(alert.code),
    })),
    tables: record.tables,
    baselines: record.baselines,
    reference:
      reference && referenceBest && referenceBest.metric === head.best?.metric
        ? { run: reference.id, name: reference.name, value: referenceBest.value, isParent: other !== baselineId }
        : null,
    isBaseline: baselineId === record.id,
    git: git ? { commit: String(git["commit"]), dirty: git["dirty"] === true, branch: textOr(git["branch"]) } : null,
    machine: { cores: cpu?.cores ?? 0, memoryBytes: numberOr(record.environment["memoryBytes"]) ?? 0, gpus: [] },
    plan: {
      learningRate: numberOr(train["learning_rate"]),
      scheduler: textOr(train["lr_scheduler_type"]),
      warmupSteps: null,
      maxGradNorm: numberOr(train["max_grad_norm"]),
    },
    checkpointLimit: numberOr(groupOf(record, "checkpoint")["save_total_limit"]),
    failure: null,
    readOnly: around.readOnly(),
  };
}
