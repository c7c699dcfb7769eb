import type { AnyEvent, RunState, StateEvent, StopEvent } from "../journal/events.ts";
import { addAlert, withCheckpoint, type Alert, type FoldedCheckpoint } from "./fold-events.ts";
import { MetricFold, type StoredSeries } from "./fold-metrics.ts";
import { addSegment, type SegmentStart } from "./fold-segments.ts";
import { isTerminal } from "./model.ts";

/** What the runner's journal has told, all of it plain JSON but the metrics. */
interface RunnerState {
  segments: SegmentStart[];
  segment: number;
  /** null before the first state is on record. */
  state: RunState | null;
  cause: string;
  stateMs: number | null;
  /** How long ended segments ran in all, milliseconds, and when the one that runs began. */
  ranMs: number;
  beganMs: number | null;
  /** How far a stop of the newest segment went, and since when. */
  stop: { stage: StopEvent["stage"]; timeMs: number } | null;
  runnerPid: number | null;
  trainerPid: number | null;
  exitCode: number | null;
  signal: string | null;
  exitUnknown: boolean;
  /** Newest line with a time. */
  heartbeatMs: number | null;
  alerts: Alert[];
  /** Checkpoints of a script that the runner found. */
  checkpoints: FoldedCheckpoint[];
  /** Checkpoints that somebody deleted or that were found gone, by path, and when. */
  removed: Record<string, number>;
}

export type StoredRunnerFold = RunnerState & { metrics: StoredSeries[] };

/** Folds `runner.jsonl`. Knows nothing of the other journal. */
export class RunnerFold {
  /** Samples of the machine. Their steps are seconds, which no resume cuts: all of them are one segment. */
  readonly system: MetricFold;
  readonly state: RunnerState;

  constructor(stored?: StoredRunnerFold) {
    const { metrics, ...state } = stored ?? { metrics: [] };
    this.system = MetricFold.fromJSON(metrics);
    this.state = { ...emptyState(), ...state };
  }

  apply(event: AnyEvent): void {
    const { state } = this;
    if (event.timeMs > 0) state.heartbeatMs = Math.max(state.heartbeatMs ?? 0, event.timeMs);
    switch (event.t) {
      case "journal":
        addSegment(state.segments, event);
        if (event.segment === state.segment) break;
        Object.assign(state, { segment: event.segment, runnerPid: null, trainerPid: null, stop: null, ...NO_EXIT });
        break;
      case "runner":
        state.runnerPid = event.identity.pid;
        break;
      case "trainer":
        state.trainerPid = event.identity.pid;
        break;
      case "stop":
        state.stop = { stage: event.stage, timeMs: event.timeMs };
        break;
      case "state":
        this.#count(event);
        Object.assign(state, { state: event.state, cause: event.cause, stateMs: event.timeMs });
        break;
      case "exit":
        Object.assign(state, { exitCode: event.code, signal: event.signal, exitUnknown: event.unknown });
        break;
      case "system":
        this.system.add(SYSTEM_SEGMENT, event.step, event.values);
        break;
      case "alert":
        addAlert(state.alerts, event);
        break;
      case "checkpoint":
        state.checkpoints = withCheckpoint(state.checkpoints, event, state.segment);
        break;
      case "checkpoint-removed":
        state.removed = { ...state.removed, [event.path]: event.timeMs };
        break;
    }
  }

  /** A segment runs from the first state that is no end to the next that is. */
  #count(event: StateEvent): void {
    const { state } = this;
    if (!isTerminal(event.state)) state.beganMs ??= event.timeMs;
    else if (state.beganMs !== null) {
      state.ranMs += Math.max(0, event.timeMs - state.beganMs);
      state.beganMs = null;
    }
  }

  toJSON(): StoredRunnerFold {
    return { ...this.state, metrics: this.system.toJSON() };
  }
}

/** The segment that system samples are counted under. */
export const SYSTEM_SEGMENT = 0;

const NO_EXIT = { exitCode: null, signal: null, exitUnknown: false } as const;

function emptyState(): RunnerState {
  return {
    segments: [],
    segment: 1,
    state: null,
    cause: "",
    stateMs: null,
    ranMs: 0,
    beganMs: null,
    stop: null,
    runnerPid: null,
    trainerPid: null,
    ...NO_EXIT,
    heartbeatMs: null,
    alerts: [],
    checkpoints: [],
    removed: {},
  };
}
