/** Curves: asked for by series, step range and width in pixels; answered with typed arrays. */
import * as v from "valibot";
import { columns } from "./envelope.ts";

export const seriesQuery = v.object({
  run: v.string(),
  metric: v.string(),
  /** Step range, both ends included; absent = from the beginning, to the end. */
  from: v.optional(v.number()),
  to: v.optional(v.number()),
  /** At most this many buckets: about twice the pixels it is drawn on. */
  buckets: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20_000)),
  /** `abandoned`: what a later resume cut off. */
  part: v.optional(v.picklist(["counting", "abandoned"])),
});
export type PageSeriesQuery = v.InferOutput<typeof seriesQuery>;

/**
 * Buckets of neighbouring points, columns of equal length. With few points a bucket is one point. `min`, `max`, `mean` are
 * over finite values, NaN where there is none; `count` counts all points, `finite` the finite ones.
 */
export const buckets = v.object({
  step0: columns,
  step1: columns,
  min: columns,
  max: columns,
  mean: columns,
  count: columns,
  finite: columns,
});
export type PageBuckets = v.InferOutput<typeof buckets>;

/** When steps happened: pairs, both rising; between two pairs time runs evenly. Empty before the first point. */
export const clock = v.object({ steps: columns, timesMs: columns });
export type PageClock = v.InferOutput<typeof clock>;

export const seriesQueries = {
  series: {
    args: v.object({ series: v.pipe(v.array(seriesQuery), v.maxLength(2000)) }),
    /** In the order asked. */
    answer: v.array(buckets),
  },
  clock: { args: v.object({ run: v.string() }), answer: clock },
} as const;
