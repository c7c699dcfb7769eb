import type { FoldView } from "../runs/fold.ts";
import type { Database } from "./driver.ts";
import type { StepTimes } from "./port.ts";
import { cutsOf, seriesSources } from "./read-series.ts";
import type { RunTail } from "./run-tail.ts";

/** A curve of times needs no more: between two pairs time runs evenly enough. */
const MOST_PAIRS = 2048;
/** Points read at a time, so that a long run takes little memory. */
const STRETCH = 65_536;

/** The training metric with the most points; any other but the machine's when there is none. */
function densest(metrics: FoldView["metrics"]): string | undefined {
  const rank = (name: string): number => (name.startsWith("system/") ? 0 : name.startsWith("train/") ? 2 : 1);
  return Object.entries(metrics)
    .filter(([name]) => rank(name) > 0)
    .sort(([a, one], [b, other]) => rank(b) - rank(a) || other.count - one.count)[0]?.[0];
}

/** When the steps of a run happened, of the points that count. */
export async function readClock(db: Database, tail: RunTail): Promise<StepTimes> {
  const metric = densest(tail.fold.view().metrics);
  const sources = metric === undefined ? [] : await seriesSources(db, tail, metric);
  const cuts = cutsOf(tail.fold);
  const total = sources.reduce((sum, { shape }) => sum + shape.n, 0);
  const every = Math.max(1, Math.ceil(total / (MOST_PAIRS / 2)));
  const pairs = new Pairs();
  for (const source of sources) {
    const cut = cuts.get(source.segment) ?? Number.POSITIVE_INFINITY;
    for (let at = 0; at < source.shape.n; at += STRETCH) {
      const { steps, timesMs } = await source.points(at, Math.min(source.shape.n, at + STRETCH), true);
      for (let i = 0; i < steps.length; i++) {
        const isEnd = at + i === source.shape.n - 1 || (steps[i + 1] ?? 0) > cut;
        if (steps[i]! <= cut && (isEnd || (at + i) % every === 0)) pairs.add(steps[i]!, timesMs[i]!);
      }
    }
  }
  return pairs.done();
}

/** Pairs that rise in both; one that does not (a script that logs backwards) is left out. */
class Pairs {
  readonly #steps: number[] = [];
  readonly #times: number[] = [];

  add(step: number, timeMs: number): void {
    const isLater = this.#steps.length === 0 || (step > this.#steps.at(-1)! && timeMs >= this.#times.at(-1)!);
    if (!isLater || this.#steps.length >= MOST_PAIRS) return;
    this.#steps.push(step);
    this.#times.push(timeMs);
  }

  done(): StepTimes {
    return { kind: "clock", steps: Float64Array.from(this.#steps), timesMs: Float64Array.from(this.#times) };
  }
}
