import type { PageBuckets, PageClock, PageSeriesQuery } from "../../messages/series.ts";
import type { Buckets, RunStore, SeriesQuery } from "../../store/port.ts";

/** Answers about curves, for every page that draws them. */
export function seriesAnswers(store: Pick<RunStore, "seriesMany" | "clock">) {
  return {
    series: async ({ series }: { series: PageSeriesQuery[] }): Promise<PageBuckets[]> =>
      (await store.seriesMany(series.map(asQuery))).map((answer) => asBuckets(answer as Buckets)),
    clock: async ({ run }: { run: string }): Promise<PageClock> => {
      const { steps, timesMs } = await store.clock(run);
      return { steps, timesMs };
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
