/**
 * Area under the ROC curve, as scikit-learn's `roc_auc_score` gives it. Two classes: how often a row of the second has more
 * of it than a row of the first, equal ones counting half. More: each class against all others, the plain mean of the
 * classes that some rows have and some have not. NaN where there is no such class.
 * @param probabilities row-major `[rows, classes]`
 * @param truth class index of each row
 */
export function areaUnderCurve(probabilities: Float64Array, truth: ArrayLike<number>, classes: number): number {
  const areas: number[] = [];
  for (let positive = classes === 2 ? 1 : 0; positive < classes; positive++) {
    const scores = Float64Array.from({ length: truth.length }, (_, row) => probabilities[row * classes + positive]!);
    const area = binaryArea(scores, (row) => truth[row] === positive);
    if (area !== undefined) areas.push(area);
  }
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/** Mann and Whitney's U over the number of pairs; undefined when one side is empty. */
function binaryArea(scores: Float64Array, isPositive: (row: number) => boolean): number | undefined {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let hits = 0;
  let rankSum = 0;
  for (let at = 0; at < order.length;) {
    if (Number.isNaN(scores[order[at]!]!)) return Number.NaN;
    let end = at + 1;
    while (end < order.length && scores[order[end]!] === scores[order[at]!]) end += 1;
    // Equal scores share the mean of their ranks, at + 1 to end.
    const positives = order.slice(at, end).filter(isPositive).length;
    hits += positives;
    rankSum += (positives * (at + 1 + end)) / 2;
    at = end;
  }
  const others = order.length - hits;
  return hits === 0 || others === 0 ? undefined : (rankSum - (hits * (hits + 1)) / 2) / (hits * others);
}
