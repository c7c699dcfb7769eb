import type { RunFold } from "../runs/fold.ts";
import type { Database } from "./driver.ts";
import type { Buckets, Points, SeriesQuery } from "./port.ts";
import type { RunTail } from "./run-tail.ts";
import { type CutSource, querySeries } from "./series-query.ts";
import { storedSeriesOf } from "./series-rows.ts";
import { SeriesSource } from "./series-source.ts";

/** Where later segments cut earlier ones, by segment; a segment that is not in it was not cut. */
export const cutsOf = (fold: RunFold): Map<number, number> =>
  new Map(fold.segments().flatMap(({ segment, cutStep }) => (cutStep === null ? [] : [[segment, cutStep] as const])));

/** Answers a query about a run whose tail is given when it has one; no points when there is no such run or metric. */
export async function readSeries(
  db: Database,
  tail: RunTail | undefined,
  query: SeriesQuery,
): Promise<Points | Buckets> {
  if (tail) return querySeries(cutSources(await seriesSources(db, tail, query.metric), cutsOf(tail.fold)), query);
  const stored = await storedSeriesOf(db, query.run, query.metric);
  if (!stored) return querySeries([], query);
  const sources = stored.series.map((series) => new SeriesSource(db, series.segment, series, undefined));
  return querySeries(cutSources(sources, new Map(stored.cuts)), query);
}

/** Every segment of one metric: what the database has of it joined with the tail. */
export async function seriesSources(db: Database, tail: RunTail, metric: string): Promise<SeriesSource[]> {
  const stored = await tail.stored(db, metric);
  const beyond = new Map(
    [...tail.series.values()]
      .filter((series) => series.metric === metric)
      .map(({ segment, points }) => [segment, points.columns()]),
  );
  const segments = new Set([...stored.map(({ segment }) => segment), ...beyond.keys()]);
  return [...segments]
    .sort((a, b) => a - b)
    .map(
      (segment) =>
        new SeriesSource(
          db,
          segment,
          stored.find((series) => series.segment === segment),
          beyond.get(segment),
        ),
    );
}

const cutSources = (sources: SeriesSource[], cuts: Map<number, number>): CutSource[] =>
  sources.map((source) => ({ source, cutStep: cuts.get(source.segment) ?? null }));
