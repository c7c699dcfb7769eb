/** A run as pages see it. Numbers as JSON carries them; the page formats. */
import * as v from "valibot";
import { RUN_STATES } from "../base/run-states.ts";
import { jsonNumber } from "./envelope.ts";

const step = v.number();
const nullable = <S extends v.GenericSchema>(schema: S) => v.nullable(schema);

export const metricView = v.object({
  last: jsonNumber,
  lastStep: step,
  min: nullable(jsonNumber),
  minStep: nullable(step),
  max: nullable(jsonNumber),
  maxStep: nullable(step),
  /** Points that count, NaN included. */
  count: v.number(),
  /** Which way is better; null for what is no result (learning rate, system samples). */
  goal: nullable(v.picklist(["min", "max"])),
});
export type MetricView = v.InferOutput<typeof metricView>;

export const checkpointView = v.object({
  step,
  /** Absolute folder. */
  path: v.string(),
  bytes: v.number(),
  metrics: v.record(v.string(), jsonNumber),
  tags: v.array(v.picklist(["best", "last", "pinned"])),
  /** False once pruned or deleted. */
  present: v.boolean(),
  segment: v.number(),
  timeMs: v.number(),
});
export type PageCheckpoint = v.InferOutput<typeof checkpointView>;

/** What the checkpoint at a step reached on another file. */
export const evaluationView = v.object({
  step,
  timeMs: v.number(),
  /** Absolute. */
  files: v.array(v.string()),
  /** Records in them, and those that were judged. */
  rows: v.number(),
  judgedRows: v.number(),
  metrics: v.record(v.string(), jsonNumber),
});
export type PageEvaluation = v.InferOutput<typeof evaluationView>;

export const alertView = v.object({
  timeMs: v.number(),
  level: v.picklist(["info", "warning", "error"]),
  code: v.string(),
  message: v.string(),
  step: nullable(step),
  /** Muted for this workspace by its code. */
  muted: v.boolean(),
});
export type PageAlert = v.InferOutput<typeof alertView>;

/** A run in a line: legend cards, headers, pickers. */
export const runHead = v.object({
  id: v.string(),
  name: v.string(),
  /** Colour slot 1–12. */
  slot: v.number(),
  state: v.picklist(RUN_STATES),
  /** One sentence; empty for the ordinary way. */
  cause: v.string(),
  createdMs: v.number(),
  startedMs: nullable(v.number()),
  endedMs: nullable(v.number()),
  tags: v.array(v.string()),
  note: v.string(),
  starred: v.boolean(),
  trashed: v.boolean(),
  task: v.string(),
  model: v.string(),
  method: v.string(),
  /** Absolute. */
  configFile: v.string(),
  parent: nullable(v.object({ run: v.string(), step, name: nullable(v.string()), slot: nullable(v.number()) })),
  progress: v.object({ step, total: nullable(step), epoch: nullable(v.number()) }),
  /** Epochs planned and optimizer steps an epoch, for the epoch axis; null when unknown. */
  epochs: nullable(v.number()),
  stepsPerEpoch: nullable(v.number()),
  metrics: v.record(v.string(), metricView),
  segments: v.array(v.object({ segment: v.number(), fromStep: step, cutStep: nullable(step), startedMs: v.number() })),
  checkpoints: v.array(checkpointView),
  /** By `checkpoint.metric_for_best_model`; null before the first evaluation. */
  best: nullable(v.object({ metric: v.string(), value: jsonNumber, step, timeMs: nullable(v.number()) })),
});
export type RunHead = v.InferOutput<typeof runHead>;

/** Everything the run page shows at once. Config, environment, log, tables and points are asked for. */
export const runView = v.object({
  ...runHead.entries,
  /** Absolute folder of the run. */
  dir: v.string(),
  /** What goes on beside plain training (`evaluating`, `loading data`); null = plain training or ended. */
  phase: nullable(v.string()),
  phaseMs: nullable(v.number()),
  /** How long ended segments ran in all; when the one that runs began, null when none does. */
  ranMs: v.number(),
  beganMs: nullable(v.number()),
  etaMs: nullable(v.number()),
  stepsPerSecond: nullable(v.number()),
  samplesPerSecond: nullable(v.number()),
  /** When the trainer last said anything, and its usual gap; for "No data for 3m". */
  lastDataMs: nullable(v.number()),
  usualGapMs: nullable(v.number()),
  /** While stopping: when it is forced. */
  forcedAtMs: nullable(v.number()),
  alerts: v.array(alertView),
  tables: v.array(v.object({ name: v.string(), step })),
  baselines: v.array(v.object({ name: v.string(), metrics: v.record(v.string(), jsonNumber) })),
  /** The run chosen to be compared with (`setBaseline`), else the parent; the difference is of `best.metric`. */
  reference: nullable(v.object({ run: v.string(), name: v.string(), value: jsonNumber, isParent: v.boolean() })),
  isBaseline: v.boolean(),
  git: nullable(v.object({ commit: v.string(), dirty: v.boolean(), branch: nullable(v.string()) })),
  /** Of the machine: memory in bytes, for axes and "of 24 GB". */
  machine: v.object({
    cores: v.number(),
    memoryBytes: v.number(),
    gpus: v.array(v.object({ index: v.number(), name: v.string(), memoryBytes: v.number() })),
  }),
  /** Optimizer settings drawn into charts; null when the config has none. */
  plan: v.object({
    learningRate: nullable(v.number()),
    scheduler: nullable(v.string()),
    warmupSteps: nullable(v.number()),
    maxGradNorm: nullable(v.number()),
  }),
  /** How many checkpoints are kept beside best and pinned ones; null = all. */
  checkpointLimit: nullable(v.number()),
  /** Why checkpoints can be neither evaluated on a file nor asked for predictions; null when they can. */
  notUsable: nullable(v.string()),
  /** Evaluations of checkpoints on other files, newest first. */
  evaluations: v.array(evaluationView),
  /**
   * The traceback (else the last lines) of the output of a failed or crashed run, without control sequences, and the log
   * line it begins at (1-based).
   */
  failure: nullable(v.object({ lines: v.array(v.string()), logLine: nullable(v.number()) })),
  /** Where a failed run can be put right, when its cause names it: a config key, or a line of a file. */
  remedy: nullable(
    v.variant("kind", [
      v.object({ kind: v.literal("config"), key: nullable(v.string()) }),
      v.object({ kind: v.literal("file"), file: v.string(), line: v.number() }),
    ]),
  ),
  /** Null when the run may be acted on; else why not (untrusted folder, another host). */
  readOnly: nullable(v.string()),
});
export type RunView = v.InferOutput<typeof runView>;
