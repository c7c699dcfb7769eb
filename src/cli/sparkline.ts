import type { Buckets, Points } from "../store/port.ts";

/** The heights a sparkline shows of a stretch of a metric: mean of each bucket, or the points. */
export const heights = (stretch: Points | Buckets): ArrayLike<number> =>
  stretch.kind === "buckets" ? stretch.mean : stretch.values;
