import { formatMetric } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import { sparkline } from "../../base/sparkline.ts";
import { headlineOf } from "../../runs/headline.ts";
import type { RunListItem } from "../../runs/model.ts";
import { shortMetric } from "./describe.ts";

/** Most results a trend shows. */
const MOST = 8;

/** How the last results went. */
export interface Trend {
  /** Ids of the runs, oldest first. */
  runs: string[];
  /** A bar for each, scaled from the lowest to the highest: `▁▃▅▇`. */
  bars: string;
  /** The same in words. */
  words: string;
}

/**
 * The best results of the last runs that are judged by the same metric as the newest; `runs` are newest first. Undefined for
 * fewer than two results, which show no trend.
 */
export function trendOf(runs: readonly RunListItem[]): Trend | undefined {
  const results = runs.flatMap((run) => {
    const best = headlineOf(run);
    const value = best && fromJsonNumber(best.value);
    return best && value !== undefined && Number.isFinite(value) ? [{ id: run.id, metric: best.metric, value }] : [];
  });
  const [newest] = results;
  const last = results
    .filter(({ metric }) => metric === newest?.metric)
    .slice(0, MOST)
    .toReversed();
  if (!newest || last.length < 2) return undefined;
  const values = last.map(({ value }) => value);
  return {
    runs: last.map(({ id }) => id),
    bars: sparkline(values),
    words: t(
      "Best {0} of the last {1} runs, oldest first: {2}",
      shortMetric(newest.metric),
      last.length,
      values.map((value) => formatMetric(value, newest.metric)).join(" · "),
    ),
  };
}
