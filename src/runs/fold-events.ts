import { toJsonNumber, type JsonNumber } from "../base/numbers.ts";
import type { AlertEvent, AnyEvent, CheckpointEvent, EndEvent } from "../journal/events.ts";
import { MetricFold, type StoredSeries } from "./fold-metrics.ts";
import { heard, newPace, type Pace } from "./fold-pace.ts";
import { addSegment, type SegmentStart } from "./fold-segments.ts";

export type Alert = Pick<AlertEvent, "timeMs" | "level" | "code" | "message" | "step">;

/** Alerts kept, newest last. */
const ALERT_LIMIT = 1000;

export const toAlert = ({ timeMs, level, code, message, step }: AlertEvent): Alert => ({
  timeMs,
  level,
  code,
  message,
  step,
});

export function addAlert(alerts: Alert[], event: AlertEvent): void {
  alerts.push(toAlert(event));
  if (alerts.length > ALERT_LIMIT) alerts.shift();
}

export interface FoldedCheckpoint {
  step: number;
  path: string;
  bytes: number;
  metrics: Record<string, JsonNumber>;
  best: boolean;
  segment: number;
  timeMs: number;
  /** The trainer pruned it. */
  removed: boolean;
}

/** How far one segment came. */
export interface SegmentProgress {
  step: number;
  epoch: number | null;
  etaMs: number | null;
  samplesPerSecond: number | null;
  phase: string | null;
  /** When that began, epoch milliseconds. */
  phaseMs: number | null;
}

export type RunEnd = Pick<EndEvent, "outcome" | "step" | "reason" | "code">;

/** What the trainer's journal has told, all of it plain JSON but the metrics. */
interface EventsState {
  segments: SegmentStart[];
  segment: number;
  total: number | null;
  epochs: number | null;
  stepsPerEpoch: number | null;
  facts: Record<string, unknown>;
  pace: Pace;
  progress: SegmentProgress;
  checkpoints: FoldedCheckpoint[];
  baselines: { name: string; metrics: Record<string, JsonNumber> }[];
  alerts: Alert[];
  tables: { name: string; step: number; segment: number }[];
  /** The last word in the newest segment. */
  end: RunEnd | null;
}

export type StoredEventsFold = EventsState & { metrics: StoredSeries[] };

const progressFrom = (step: number): SegmentProgress => ({
  step,
  epoch: null,
  etaMs: null,
  samplesPerSecond: null,
  phase: null,
  phaseMs: null,
});

/** Folds `events.jsonl`. Knows nothing of the other journal, so it does not matter which of the two is read first. */
export class EventsFold {
  readonly metrics: MetricFold;
  readonly state: EventsState;

  constructor(stored?: StoredEventsFold) {
    const { metrics, ...state } = stored ?? { metrics: [] };
    this.metrics = MetricFold.fromJSON(metrics);
    this.state = { ...emptyState(), ...state };
  }

  apply(event: AnyEvent): void {
    const { state } = this;
    heard(state.pace, event.timeMs, event.t === "metrics" || event.t === "progress" ? event.step : undefined);
    switch (event.t) {
      case "journal":
        addSegment(state.segments, event);
        if (event.segment === state.segment) break;
        state.segment = event.segment;
        state.pace = newPace();
        state.progress = progressFrom(event.fromStep);
        state.end = null;
        break;
      case "metrics":
        this.metrics.add(state.segment, event.step, event.values);
        this.#reached(event.step);
        break;
      case "start":
        state.total = event.total ?? state.total;
        state.epochs = event.epochs ?? state.epochs;
        state.stepsPerEpoch = event.stepsPerEpoch ?? state.stepsPerEpoch;
        state.facts = event.facts;
        break;
      case "progress":
        this.#reached(event.step);
        state.total = event.total ?? state.total;
        state.progress.epoch = event.epoch ?? state.progress.epoch;
        state.progress.etaMs = event.etaMs;
        state.progress.samplesPerSecond = event.samplesPerSecond;
        if ((event.phase ?? null) !== state.progress.phase) state.progress.phaseMs = event.timeMs;
        state.progress.phase = event.phase ?? null;
        break;
      case "checkpoint":
        this.#saved(event);
        break;
      case "checkpoint-removed":
        for (const checkpoint of state.checkpoints) if (checkpoint.path === event.path) checkpoint.removed = true;
        break;
      case "table":
        this.#tabled(event.name, event.step);
        break;
      case "baseline":
        state.baselines = [
          ...state.baselines.filter(({ name }) => name !== event.name),
          baselineOf(event.name, event.metrics),
        ];
        break;
      case "alert":
        addAlert(state.alerts, event);
        break;
      case "end": {
        const { outcome, step, reason, code } = event;
        state.end = {
          outcome,
          step,
          ...(reason === undefined ? {} : { reason }),
          ...(code === undefined ? {} : { code }),
        };
        this.#reached(step);
        break;
      }
    }
  }

  toJSON(): StoredEventsFold {
    return { ...this.state, metrics: this.metrics.toJSON() };
  }

  #reached(step: number): void {
    if (step > this.state.progress.step) this.state.progress.step = step;
  }

  #saved(event: CheckpointEvent): void {
    this.state.checkpoints = withCheckpoint(this.state.checkpoints, event, this.state.segment);
    this.#reached(event.step);
  }

  #tabled(name: string, step: number): void {
    const { state } = this;
    const known = state.tables.find((table) => table.name === name && table.step === step);
    if (known) known.segment = state.segment;
    else state.tables.push({ name, step, segment: state.segment });
  }
}

/** A folder saved again is a new checkpoint: the old one is gone. */
export function withCheckpoint(
  checkpoints: readonly FoldedCheckpoint[],
  { step, path, bytes, metrics, best, timeMs }: CheckpointEvent,
  segment: number,
): FoldedCheckpoint[] {
  const saved = { step, path, bytes, metrics: numbersOut(metrics), best, segment, timeMs, removed: false };
  return [...checkpoints.filter((other) => other.path !== path), saved];
}

function emptyState(): EventsState {
  return {
    segments: [],
    segment: 1,
    total: null,
    epochs: null,
    stepsPerEpoch: null,
    facts: {},
    pace: newPace(),
    progress: progressFrom(0),
    checkpoints: [],
    baselines: [],
    alerts: [],
    tables: [],
    end: null,
  };
}

const numbersOut = (metrics: Record<string, number>): Record<string, JsonNumber> =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toJsonNumber(value)]));

const baselineOf = (name: string, metrics: Record<string, number>) => ({ name, metrics: numbersOut(metrics) });
