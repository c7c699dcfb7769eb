import type { MetricSummary, SegmentView } from "./model.ts";
import { Tally, tallyUpTo, type StoredTally } from "./fold-tally.ts";

/** Points of a metric in a segment, some of which a later segment cut off: their summary has to come from the points. */
export interface Recount {
  metric: string;
  segment: number;
  cutStep: number;
}

interface Series {
  all: Tally;
  /** What a recount from the points found to count up to `cutStep`; good until another point arrives. */
  recounted?: { cutStep: number; tally: Tally | null };
}

export type StoredSeries = [
  segment: number,
  metric: string,
  all: StoredTally,
  recounted?: { cutStep: number; tally: StoredTally | null },
];

/** Summaries of a run's metrics, kept by segment, without the points. */
export class MetricFold {
  readonly #segments = new Map<number, Map<string, Series>>();

  add(segment: number, step: number, values: Readonly<Record<string, number>>): void {
    let metrics = this.#segments.get(segment);
    if (!metrics) this.#segments.set(segment, (metrics = new Map()));
    for (const name in values) {
      let series = metrics.get(name);
      if (!series) metrics.set(name, (series = { all: new Tally() }));
      else if (series.recounted) delete series.recounted;
      series.all.add(step, values[name]!);
    }
  }

  /** The summaries over the points that count; a metric that needs a recount is in `recounts`, and its segment left out. */
  summarize(segments: readonly SegmentView[]): { metrics: Record<string, MetricSummary>; recounts: Recount[] } {
    const cuts = new Map(segments.map(({ segment, cutStep }) => [segment, cutStep ?? Number.POSITIVE_INFINITY]));
    const totals = new Map<string, Tally>();
    const recounts: Recount[] = [];
    for (const [segment, metrics] of [...this.#segments].sort(([a], [b]) => a - b)) {
      const cutStep = cuts.get(segment) ?? Number.POSITIVE_INFINITY;
      for (const [metric, { all, recounted }] of metrics) {
        if (all.firstStep > cutStep) continue;
        const known = all.lastStep <= cutStep ? all : recounted?.cutStep === cutStep ? recounted.tally : undefined;
        if (known === undefined) recounts.push({ metric, segment, cutStep });
        else if (known) totals.set(metric, joined(totals.get(metric), known));
      }
    }
    const metrics = Object.fromEntries([...totals].map(([metric, tally]) => [metric, tally.summary()]));
    return { metrics, recounts };
  }

  /** Takes the points of a series, in order of arrival, to count those up to the cut. */
  recount({ metric, segment, cutStep }: Recount, steps: ArrayLike<number>, values: ArrayLike<number>): void {
    const series = this.#segments.get(segment)?.get(metric);
    if (series) series.recounted = { cutStep, tally: tallyUpTo(cutStep, steps, values) ?? null };
  }

  toJSON(): StoredSeries[] {
    return [...this.#segments].flatMap(([segment, metrics]) =>
      [...metrics].map(([metric, { all, recounted }]): StoredSeries => {
        const stored: StoredSeries = [segment, metric, all.toJSON()];
        if (recounted) stored.push({ cutStep: recounted.cutStep, tally: recounted.tally?.toJSON() ?? null });
        return stored;
      }),
    );
  }

  static fromJSON(stored: readonly StoredSeries[]): MetricFold {
    const fold = new MetricFold();
    for (const [segment, metric, all, recounted] of stored) {
      const metrics = fold.#segments.get(segment) ?? new Map<string, Series>();
      fold.#segments.set(segment, metrics);
      const series: Series = { all: Tally.fromJSON(all) };
      if (recounted) {
        const { cutStep, tally } = recounted;
        series.recounted = { cutStep, tally: tally && Tally.fromJSON(tally) };
      }
      metrics.set(metric, series);
    }
    return fold;
  }
}

function joined(before: Tally | undefined, later: Tally): Tally {
  const total = before ?? new Tally();
  total.merge(later);
  return total;
}
