import type { AnyEvent } from "../../src/journal/events.ts";
import { toJsonNumber } from "../../src/base/numbers.ts";
import type { MetricSummary } from "../../src/runs/model.ts";
import type { SeriesQuery } from "../../src/store/port.ts";
import { RunFolder } from "./run-folder.ts";
import type { RandomNumbers } from "./seeded.ts";

interface LoggedPoint {
  segment: number;
  step: number;
  value: number;
  timeMs: number;
}

/** A run folder that grows by random metrics, and what its journals say, computed without the store. */
export interface Reference {
  run: RunFolder;
  metrics: ReadonlySet<string>;
  lastStep: number;
  /** Appends a random stretch to the journals; now and then a resume. */
  grow(): void;
  points(query: SeriesQuery): { steps: Float64Array; values: Float64Array; timesMs: Float64Array };
  summaries(): Record<string, MetricSummary>;
}

export function randomRun(root: string, random: RandomNumbers): Reference {
  const run = new RunFolder(root).segment(1, 0).state("running");
  const logged = new Map<string, LoggedPoint[]>();
  const segments = [{ segment: 1, fromStep: 0 }];
  let step = 0;
  let lastStep = 0;
  const orderly = random.chance(0.5);
  const singlePrecision = random.chance(0.5);
  const wantsInfinities = random.chance(0.5);

  const value = (): number => {
    if (wantsInfinities && random.chance(0.02)) {
      return random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e308, -1e308]);
    }
    const plain = random.next() * 4 - 1;
    return singlePrecision ? Math.fround(plain) : plain;
  };
  const nextStep = (): number => {
    if (orderly || random.chance(0.9)) return ++step;
    if (random.chance(0.5)) return (step += random.integer(0, 900));
    return Math.max(0, step - random.integer(0, 40));
  };
  const log = (name: string, point: LoggedPoint): void => {
    logged.set(name, [...(logged.get(name) ?? []), point]);
  };

  const grow = (): void => {
    if (segments.length < 5 && lastStep > 0 && random.chance(0.4)) {
      const segment = segments.length + 1;
      const fromStep = random.integer(0, lastStep);
      segments.push({ segment, fromStep });
      step = fromStep;
      run.segment(segment, fromStep);
    }
    const segment = segments.length;
    const lines: AnyEvent[] = [];
    const add = new Map<string, LoggedPoint[]>();
    const names = ["train/loss", ...(random.chance(0.5) ? ["train/learning_rate"] : [])];
    for (let left = random.pick([3, 300, 5000, 12_000]); left > 0; left--) {
      const at = nextStep();
      lastStep = Math.max(lastStep, at);
      const timeMs = run.tick(random.pick([1, 3, 250, 70_000]));
      const named = left % 50 === 0 ? [...names, "eval/f1_macro"] : names;
      const values: Record<string, number> = {};
      for (const name of named) {
        values[name] = name === "train/learning_rate" ? 0.5 : value();
        if (!add.has(name)) add.set(name, []);
        add.get(name)!.push({ segment, step: at, value: values[name], timeMs });
      }
      lines.push({ t: "metrics", timeMs, step: at, values });
    }
    run.events(...lines);
    for (const [name, points] of add) logged.set(name, (logged.get(name) ?? []).concat(points));
    const seconds = Math.floor(run.timeMs / 1000);
    run.runner({ t: "system", timeMs: run.timeMs, step: seconds, values: { "system/cpu": 0.25 } });
    log("system/cpu", { segment: 0, step: seconds, value: 0.25, timeMs: run.timeMs });
  };

  const cutOf = (segment: number): number =>
    segment === 0
      ? Number.POSITIVE_INFINITY
      : Math.min(...segments.filter((later) => later.segment > segment).map(({ fromStep }) => fromStep));
  const select = ({ metric, part, from, to }: Omit<SeriesQuery, "run">): LoggedPoint[] =>
    (logged.get(metric) ?? [])
      .filter(({ segment, step: at }) => (part === "abandoned" ? at > cutOf(segment) : at <= cutOf(segment)))
      .filter(({ step: at }) => at >= (from ?? at) && at <= (to ?? at))
      .sort((a, b) => a.step - b.step);

  return {
    run,
    get metrics() {
      return new Set(logged.keys());
    },
    get lastStep() {
      return lastStep;
    },
    grow,
    points(query) {
      const chosen = select(query);
      return {
        steps: Float64Array.from(chosen, (point) => point.step),
        values: Float64Array.from(chosen, (point) => point.value),
        timesMs: Float64Array.from(chosen, (point) => point.timeMs),
      };
    },
    summaries() {
      const found: Record<string, MetricSummary> = {};
      for (const metric of logged.keys()) {
        const arrived = (logged.get(metric) ?? []).filter(({ segment, step: at }) => at <= cutOf(segment));
        if (arrived.length > 0) found[metric] = summarize(arrived);
      }
      return found;
    },
  };
}

/** Of points in order of arrival: the first of equal extremes, the newest value at the greatest step. */
function summarize(arrived: LoggedPoint[]): MetricSummary {
  const finite = arrived.filter(({ value }) => Number.isFinite(value));
  const last = arrived.reduce((best, point) => (point.step >= best.step ? point : best));
  const low = finite.reduce<LoggedPoint | undefined>(
    (best, point) => (best && best.value <= point.value ? best : point),
    undefined,
  );
  const high = finite.reduce<LoggedPoint | undefined>(
    (best, point) => (best && best.value >= point.value ? best : point),
    undefined,
  );
  return {
    last: toJsonNumber(last.value),
    lastStep: last.step,
    min: low?.value ?? null,
    minStep: low?.step ?? null,
    max: high?.value ?? null,
    maxStep: high?.step ?? null,
    count: arrived.length,
  };
}
