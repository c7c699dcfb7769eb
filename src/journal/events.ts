/**
 * The journal's vocabulary, version 1. One JSON object a line; `t` names the kind, `timeMs` is epoch milliseconds.
 * `docs/formats.md` is this file in prose. Unknown kinds and unknown keys are kept by readers and ignored by the fold.
 */
import type { ProcessIdentity } from "../base/identity.ts";
import type { RunState } from "../base/run-states.ts";

export { RUN_STATES, type RunState } from "../base/run-states.ts";

export const JOURNAL_VERSION = 1;

/** Who writes a journal file: `events.jsonl` belongs to the trainer, `runner.jsonl` to the runner. */
export type JournalWriterName = "trainer" | "runner";

interface Timed {
  timeMs: number;
}

/** First line of a file, and again at each new segment (a resume) of the run. */
export interface JournalEvent extends Timed {
  t: "journal";
  version: number;
  writer: JournalWriterName;
  run: string;
  /** 1 for the first process of a run, +1 at each resume. */
  segment: number;
  /** The step the segment goes on from: 0, or the step of the checkpoint it resumes. Earlier segments' points after it no longer count. */
  fromStep: number;
}

/** What the trainer knows before its first step. */
export interface StartEvent extends Timed {
  t: "start";
  /** Optimizer steps planned in all (from step 0 of the run, not of the segment); null when unknown. */
  total: number | null;
  epochs: number | null;
  stepsPerEpoch: number | null;
  /** Rows, classes, backend, parameter counts…: shown as they are, compared between runs. */
  facts: Record<string, unknown>;
}

/** Values at one optimizer step (counted from 1). Names are grouped by prefix: `train/loss`, `eval/f1_macro`. */
export interface MetricsEvent extends Timed {
  t: "metrics";
  step: number;
  /** In memory plain numbers; on disk NaN and ±Infinity are strings. */
  values: Record<string, number>;
}

/** How far training is. At most twice a second. */
export interface ProgressEvent extends Timed {
  t: "progress";
  step: number;
  total: number | null;
  epoch: number | null;
  samplesPerSecond: number | null;
  /** Milliseconds until the planned end; null before there is enough to tell. */
  etaMs: number | null;
  /** What is going on before the first step or beside training: `loading data`, `evaluating`. */
  phase?: string;
}

export interface CheckpointEvent extends Timed {
  t: "checkpoint";
  step: number;
  /** Relative to the run's folder (`checkpoints/step-40`), or absolute when `run.output_dir` moved it. */
  path: string;
  bytes: number;
  /** The metrics measured at this step, as in the metrics event. */
  metrics: Record<string, number>;
  /** True for the best so far by `checkpoint.metric_for_best_model`; takes the tag from the earlier best. */
  best: boolean;
}

/** A checkpoint was pruned by the limit (or deleted by the user, then in the runner's journal). */
export interface CheckpointRemovedEvent extends Timed {
  t: "checkpoint-removed";
  step: number;
  path: string;
}

/** A small table at a step: sample predictions (`eval/samples`), the confusion matrix (`eval/confusion_matrix`). */
export interface TableEvent extends Timed {
  t: "table";
  name: string;
  step: number;
  columns: string[];
  rows: (string | number | boolean | null)[][];
}

/** What a simple rule reaches on the same split (`majority`, `bag_of_words`), to judge the run by. */
export interface BaselineEvent extends Timed {
  t: "baseline";
  name: string;
  metrics: Record<string, number>;
}

export interface AlertEvent extends Timed {
  t: "alert";
  level: "info" | "warning" | "error";
  /** Stable kebab-case kind (`nan-loss`, `disk-full`). */
  code: string;
  message: string;
  step: number | null;
}

/** The trainer's last word. Missing when it was killed. */
export interface EndEvent extends Timed {
  t: "end";
  outcome: "finished" | "stopped" | "failed";
  step: number;
  /** For `failed`: one sentence with file, row and advice. For early stopping: why it ended before the plan. */
  reason?: string;
  /** Stable kebab-case kind of the reason. */
  code?: string;
}

/** The runner took the run over (at the start, or from a dead runner). */
export interface RunnerEvent extends Timed {
  t: "runner";
  identity: ProcessIdentity;
  /** True when the trainer was already running and the runner only watches it. */
  adopted: boolean;
}

/** The trainer process was started. */
export interface TrainerEvent extends Timed {
  t: "trainer";
  identity: ProcessIdentity;
  command: string[];
}

export interface StateEvent extends Timed {
  t: "state";
  state: RunState;
  /** One sentence: why. Empty for the ordinary way (preparing → running). */
  cause: string;
  /** Who asked, when somebody did (`cli, user root, pid 12`). */
  by?: string;
}

/** A sample of the machine; also a sign of life. `step` is whole seconds since the run's first start. */
export interface SystemEvent extends Timed {
  t: "system";
  step: number;
  values: Record<string, number>;
}

/** Sign of life between samples. */
export interface HeartbeatEvent extends Timed {
  t: "heartbeat";
}

/** `output.log` was this many bytes long at this time. */
export interface OutputEvent extends Timed {
  t: "output";
  offset: number;
}

/** One step of a stop: asked → (grace period) → sigterm → sigkill → verified. */
export interface StopEvent extends Timed {
  t: "stop";
  stage: "asked" | "sigterm" | "sigkill" | "verified";
  by?: string;
  /** Members of the trainer's group seen at this stage. */
  pids?: number[];
}

/** The trainer process is gone. */
export interface ExitEvent extends Timed {
  t: "exit";
  /** null when a signal ended it, or when nobody could wait for it (then `unknown` is true). */
  code: number | null;
  signal: string | null;
  unknown: boolean;
}

export type AnyEvent =
  | JournalEvent
  | StartEvent
  | MetricsEvent
  | ProgressEvent
  | CheckpointEvent
  | CheckpointRemovedEvent
  | TableEvent
  | BaselineEvent
  | AlertEvent
  | EndEvent
  | RunnerEvent
  | TrainerEvent
  | StateEvent
  | SystemEvent
  | HeartbeatEvent
  | OutputEvent
  | StopEvent
  | ExitEvent;
