import type { RunState, StopEvent } from "../journal/events.ts";
import type { JsonNumber } from "../base/numbers.ts";
import type { ProcessIdentity } from "../base/identity.ts";

export type { RunState } from "../journal/events.ts";

/** States no process stands behind any more; only a resume leaves them. */
export const TERMINAL_STATES = ["finished", "failed", "stopped", "crashed", "lost"] as const satisfies RunState[];
export const isTerminal = (state: RunState): boolean => (TERMINAL_STATES as readonly RunState[]).includes(state);

/** `run.json`: what is known when a run is made, and never changes. */
export interface RunManifest {
  version: 1;
  /** ULID: sorts by creation time. */
  id: string;
  name: string;
  createdMs: number;
  /** The run and checkpoint step this one was forked from. */
  parent: { run: string; step: number } | null;
  /** Absolute path of the config file, and the folder its relative paths start from. */
  configFile: string;
  baseDir: string;
  project: string;
  /** Colour slot 1–12 (pages.md §1), given at creation. */
  slot: number;
  /** Tags of the config; later changes stand in `meta.json`. */
  tags: string[];
  /** The process that made the run: until a runner exists, its life decides whether the run can still start. */
  starter: ProcessIdentity;
}

/** `meta.json`: what people change. Absent fields mean "as in the manifest" or "no". */
export interface RunMeta {
  name?: string;
  tags?: string[];
  note?: string;
  starred?: boolean;
  /** Epoch milliseconds when it went to the trash; absent = not in the trash. */
  trashedMs?: number;
  /** Steps of checkpoints kept whatever the limit says. */
  pins?: number[];
}

/** `launch.json`: how the current segment's trainer is started. Environment values never stand here, only names. */
export interface LaunchPlan {
  segment: number;
  /** Step of the checkpoint the segment goes on from, 0 for a fresh start. */
  fromStep: number;
  /** Absolute folder of that checkpoint; null for a fresh start. */
  resumeFrom: string | null;
  /** Trainer executable and arguments, absolute. */
  command: string[];
  cwd: string;
  /** Content-addressed folder the runner and trainer run from. */
  codeDir: string;
  /** GPU UUIDs the trainer may see; null = not restricted. */
  gpus: string[] | null;
  gracePeriodMs: number;
  sampleEveryMs: number;
  /** Who started it (`cli, user root`). */
  by: string;
  /** Of `task: script`: what the runner finds out by itself, because a script need not say it. */
  script?: ScriptPlan;
}

/** What the runner looks for beside a script. */
export interface ScriptPlan {
  /** Absolute folder for what the script makes. */
  outputDir: string;
  /** Absolute glob of its checkpoints, files or folders; null = none are looked for. */
  checkpoints: string | null;
  /** Regular expressions that find metrics in its output; empty = the output is not read. */
  patterns: string[];
  /** Whether they count even if the script writes metrics to its journal as well. */
  patternsFirst: boolean;
}

/** One line of the `control` file. */
export interface ControlCommand {
  t: "stop";
  timeMs: number;
  by: string;
  /** Skip the grace period. */
  force: boolean;
}

/** Summary of one metric over the points that count. Numbers as JSON can carry them. */
export interface MetricSummary {
  last: JsonNumber;
  lastStep: number;
  /** Over finite values; null when there is none. */
  min: JsonNumber | null;
  minStep: number | null;
  max: JsonNumber | null;
  maxStep: number | null;
  /** Points that count, NaN included. */
  count: number;
}

export interface CheckpointView {
  step: number;
  /** Absolute. */
  path: string;
  bytes: number;
  metrics: Record<string, JsonNumber>;
  tags: ("best" | "last" | "pinned")[];
  /** False once pruned or deleted. */
  present: boolean;
  segment: number;
  timeMs: number;
}

/** A run as lists show it. Stable: this is the `list --json` element. */
export interface RunListItem {
  id: string;
  name: string;
  state: RunState;
  cause: string;
  createdMs: number;
  startedMs: number | null;
  endedMs: number | null;
  progress: { step: number; total: number | null; epoch: number | null };
  /** Milliseconds to the planned end of a running run, else null. */
  etaMs: number | null;
  metrics: Record<string, MetricSummary>;
  tags: string[];
  note: string;
  starred: boolean;
  trashed: boolean;
  parent: { run: string; step: number } | null;
  project: string;
  slot: number;
  task: string;
  model: string;
  method: string;
  configFile: string;
  /** The metric that decides which checkpoint is best, as it is logged; null when the config names none. Absent in lists of older versions. */
  decidingMetric?: string | null;
}

/** A run with everything but its points. Stable: this is `show --json`. */
export interface RunRecord extends RunListItem {
  /** Absolute folder of the run. */
  dir: string;
  segments: SegmentView[];
  checkpoints: CheckpointView[];
  process: {
    runnerPid: number | null;
    trainerPid: number | null;
    exitCode: number | null;
    signal: string | null;
    /** True when the trainer ended while no one could wait for it. */
    exitUnknown: boolean;
  };
  /** Resolved config. */
  config: Record<string, unknown>;
  origins: Record<string, string>;
  environment: Record<string, unknown>;
  /** From the trainer's start event: rows, classes, backend, parameter counts. */
  facts: Record<string, unknown>;
  baselines: { name: string; metrics: Record<string, JsonNumber> }[];
  alerts: { timeMs: number; level: string; code: string; message: string; step: number | null }[];
  tables: { name: string; step: number }[];
  activity: RunActivity;
  /** Lines of the journals that could not be read (torn in the middle). */
  damagedLines: number;
  totalParameters: number | null;
  trainableParameters: number | null;
}

/** How a run goes on at this moment, beyond what lists show. */
export interface RunActivity {
  /** As planned by the trainer; null when unknown. */
  epochs: number | null;
  stepsPerEpoch: number | null;
  /** What goes on beside plain training (`evaluating`), and since when (epoch ms); null = plain training, or ended. */
  phase: string | null;
  phaseMs: number | null;
  /** Speed of a live run; null when unknown. */
  samplesPerSecond: number | null;
  stepsPerSecond: number | null;
  /** When the trainer last wrote anything in the newest segment, epoch ms, and the usual time between two steps it tells of. */
  lastDataMs: number | null;
  usualGapMs: number | null;
  /** How long ended segments ran in all, milliseconds; when the one that runs began, epoch ms, null when none does. */
  ranMs: number;
  beganMs: number | null;
  /** A stop under way: how far it is, and since when (epoch ms). */
  stop: { stage: StopEvent["stage"]; timeMs: number } | null;
}

/** One stretch between a start or resume and the next. Points after `cutStep` were abandoned by a later resume. */
export interface SegmentView {
  segment: number;
  fromStep: number;
  cutStep: number | null;
  startedMs: number;
}
