/**
 * Smoothing by an exponential moving average with bias correction: after n points the average is divided by 1 - s^n, so
 * that the first points are not drawn towards zero (Kingma and Ba, "Adam", 2015, section 3; the scalar charts of
 * TensorBoard smooth the same way). It runs over the means of buckets; a bucket with fewer points than the others (the
 * first, the newest) weighs less, by its share of points.
 * @param smoothing 0 (as it is) to 0.99
 * @param counts points of each bucket
 * @returns NaN where the mean is NaN; the average goes on behind a gap
 */
export function smoothed(means: Float64Array, counts: Float64Array, smoothing: number): Float64Array {
  if (smoothing <= 0) return means;
  let width = 1;
  for (const count of counts) if (count > width) width = count;
  const result = new Float64Array(means.length);
  let average = 0;
  let weight = 0;
  for (let i = 0; i < means.length; i++) {
    const mean = means[i]!;
    if (!Number.isFinite(mean)) {
      result[i] = Number.NaN;
      continue;
    }
    const keep = counts[i] === width ? smoothing : smoothing ** (counts[i]! / width);
    average = keep * average + (1 - keep) * mean;
    weight = keep * weight + (1 - keep);
    result[i] = average / weight;
  }
  return result;
}
