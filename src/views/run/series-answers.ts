import type { PageBuckets, PageSeriesQuery } from "../../messages/series.ts";
import type { PageClock } from "../../messages/series.ts";
import type { Buckets, Points, RunStore, SeriesQuery } from "../../store/port.ts";

/** Answers about curves, for every page that draws them. */
export function seriesAnswers(store: RunStore) {
  return {
    series: async ({ series }: { series: PageSeriesQuery[] }): Promise<PageBuckets[]> =>
      (await store.seriesMany(series.map(asQuery))).map((answer) => asBuckets(answer as Buckets)),
    clock: async ({ run }: { run: string }): Promise<PageClock> => {
      const points = (await store.series({ run, metric: "train/loss" })) as Points;
      return { steps: points.steps, timesMs: points.timesMs };
    },
  };
}

const asQuery = ({ run, metric, from, to, buckets, part }: PageSeriesQuery): SeriesQuery => ({
  run,
  metric,
  buckets,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  ...(part === undefined ? {} : { part }),
});

const asBuckets = ({ step0, step1, min, max, mean, count, finite }: Buckets): PageBuckets => ({
  step0,
  step1,
  min,
  max,
  mean,
  count,
  finite,
});
