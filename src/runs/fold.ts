import type { AnyEvent, RunState } from "../journal/events.ts";
import { EventsFold, type FoldedCheckpoint, type RunEnd, type StoredEventsFold } from "./fold-events.ts";
import type { Recount } from "./fold-metrics.ts";
import { RunnerFold, type StoredRunnerFold } from "./fold-runner.ts";
import { stepsPerSecond, usualGapMs } from "./fold-pace.ts";
import { joinSegments } from "./fold-segments.ts";
import {
  isTerminal,
  type CheckpointView,
  type MetricSummary,
  type RunActivity,
  type RunRecord,
  type SegmentView,
} from "./model.ts";

export type { Recount } from "./fold-metrics.ts";
export { SYSTEM_SEGMENT } from "./fold-runner.ts";

/** Everything of a run that its journals tell. */
export interface FoldView extends Pick<
  RunRecord,
  | "startedMs"
  | "endedMs"
  | "progress"
  | "etaMs"
  | "segments"
  | "process"
  | "facts"
  | "baselines"
  | "alerts"
  | "tables"
  | "activity"
> {
  /** As the runner last wrote it; null before it wrote any. */
  state: RunState | null;
  cause: string;
  /** Over the points that count. While a metric stands in `recounts`, what that segment adds is missing. */
  metrics: Record<string, MetricSummary>;
  recounts: Recount[];
  /** Paths as the journal has them: relative to the run's folder, or absolute. Tags `best` and `last` only. */
  checkpoints: CheckpointView[];
  totalParameters: number | null;
  trainableParameters: number | null;
  /** The trainer's last word in the newest segment. */
  end: RunEnd | null;
  /** Newest line of the runner's journal, epoch milliseconds. */
  heartbeatMs: number | null;
}

export interface StoredFold {
  version: 1;
  events: StoredEventsFold;
  runner: StoredRunnerFold;
}

/**
 * What a run's journals add up to. Each file is applied in its own order; how the two are interleaved makes no difference,
 * because each is folded for itself and only the view joins them.
 */
export class RunFold {
  readonly #events: EventsFold;
  readonly #runner: RunnerFold;

  /** A new fold, or one that goes on from what `toJSON` gave; that object then belongs to it. */
  constructor(stored?: StoredFold) {
    this.#events = new EventsFold(stored?.events);
    this.#runner = new RunnerFold(stored?.runner);
  }

  apply(source: "events" | "runner", event: AnyEvent): void {
    if (source === "events") this.#events.apply(event);
    else this.#runner.apply(event);
  }

  /** The segment that the next event of a journal belongs to: 1 until a header line says otherwise. */
  segmentOf(source: "events" | "runner"): number {
    return source === "events" ? this.#events.state.segment : this.#runner.state.segment;
  }

  /** Segments that either journal tells of, with their cuts. */
  segments(): SegmentView[] {
    return joinSegments(this.#events.state.segments, this.#runner.state.segments);
  }

  view(): FoldView {
    const events = this.#events.state;
    const runner = this.#runner.state;
    const segments = this.segments();
    const newest = segments.at(-1);
    const counts = countsIn(segments);
    const { metrics, recounts } = this.#events.metrics.summarize(segments);
    // The runner announces a segment before its trainer has said anything.
    const ahead = newest !== undefined && newest.segment > events.segment;
    const { step, epoch, etaMs } = events.progress;
    const startedMs = Math.min(...segments.map((segment) => segment.startedMs || Number.POSITIVE_INFINITY));
    const { runnerPid, trainerPid, exitCode, signal, exitUnknown } = runner;
    const endedMs = runner.state !== null && isTerminal(runner.state) ? runner.stateMs : null;
    const live = runner.state === "running" && !ahead;
    return {
      state: runner.state,
      cause: runner.cause,
      startedMs: Number.isFinite(startedMs) ? startedMs : null,
      endedMs,
      progress: { step: ahead ? newest.fromStep : step, total: events.total, epoch: ahead ? null : epoch },
      etaMs: live ? etaMs : null,
      activity: this.#activity(ahead, live),
      metrics: { ...metrics, ...this.#runner.system.summarize([]).metrics },
      recounts,
      segments,
      checkpoints: viewCheckpoints(joinCheckpoints(events.checkpoints, runner.checkpoints), runner.removed, counts),
      process: { runnerPid, trainerPid, exitCode, signal, exitUnknown },
      facts: events.facts,
      baselines: events.baselines,
      alerts: [...events.alerts, ...runner.alerts].sort((a, b) => a.timeMs - b.timeMs),
      tables: events.tables.filter(counts).map(({ name, step: at }) => ({ name, step: at })),
      totalParameters: numberIn(events.facts, "totalParameters"),
      trainableParameters: numberIn(events.facts, "trainableParameters"),
      end: ahead ? null : events.end,
      heartbeatMs: runner.heartbeatMs,
    };
  }

  #activity(ahead: boolean, live: boolean): RunActivity {
    const { progress, pace, epochs, stepsPerEpoch } = this.#events.state;
    const { state, ranMs, beganMs, stop } = this.#runner.state;
    const ended = state !== null && isTerminal(state);
    const shown = !ahead && !ended;
    return {
      epochs,
      stepsPerEpoch,
      phase: shown ? progress.phase : null,
      phaseMs: shown && progress.phase !== null ? progress.phaseMs : null,
      samplesPerSecond: live ? progress.samplesPerSecond : null,
      stepsPerSecond: shown ? stepsPerSecond(pace) : null,
      lastDataMs: ahead ? null : pace.lastMs,
      usualGapMs: shown ? usualGapMs(pace) : null,
      ranMs,
      beganMs,
      stop: ended ? null : stop,
    };
  }

  /**
   * Settles one entry of `recounts` from the points of that metric and segment, in order of arrival (those after the cut
   * may be among them). Good until more points of the segment are applied.
   */
  recount(recount: Recount, steps: ArrayLike<number>, values: ArrayLike<number>): void {
    this.#events.metrics.recount(recount, steps, values);
  }

  /** Plain JSON for `new RunFold`; shares memory with the fold, so turn it into text before the next `apply`. */
  toJSON(): StoredFold {
    return { version: 1, events: this.#events.toJSON(), runner: this.#runner.toJSON() };
  }
}

type Counts = (at: { step: number; segment: number }) => boolean;

function countsIn(segments: SegmentView[]): Counts {
  const cuts = new Map(segments.map(({ segment, cutStep }) => [segment, cutStep ?? Number.POSITIVE_INFINITY]));
  return ({ step, segment }) => step <= (cuts.get(segment) ?? Number.POSITIVE_INFINITY);
}

/** What a script told itself is more than what was found of it. */
function joinCheckpoints(told: FoldedCheckpoint[], found: FoldedCheckpoint[]): FoldedCheckpoint[] {
  if (found.length === 0) return told;
  const paths = new Set(told.map(({ path }) => path));
  return [...told, ...found.filter(({ path }) => !paths.has(path))].sort((a, b) => a.timeMs - b.timeMs);
}

/** In the order saved. `last` and `best` are those among the checkpoints that count and are still there. */
function viewCheckpoints(all: FoldedCheckpoint[], removed: Record<string, number>, counts: Counts): CheckpointView[] {
  const present = (at: FoldedCheckpoint) => !at.removed && !((removed[at.path] ?? -1) >= at.timeMs);
  const last = all.findLast((at) => counts(at) && present(at));
  const best = all.findLast((at) => counts(at) && at.best);
  return all.map((at) => {
    const tags: CheckpointView["tags"] = [];
    if (at === best && present(at)) tags.push("best");
    if (at === last) tags.push("last");
    const { step, path, bytes, metrics, segment, timeMs } = at;
    return { step, path, bytes, metrics, tags, present: present(at), segment, timeMs };
  });
}

function numberIn(facts: Record<string, unknown>, name: string): number | null {
  const value = facts[name];
  return typeof value === "number" ? value : null;
}
