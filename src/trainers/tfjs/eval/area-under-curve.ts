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
    const [hits, others] = sortedScores(probabilities, truth, classes, positive);
    if (hits.length > 0 && others.length > 0) areas.push(shareAbove(hits, others));
  }
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/** Probabilities of a class, ascending: of its own rows, and of all others. */
function sortedScores(
  probabilities: Float64Array,
  truth: ArrayLike<number>,
  classes: number,
  positive: number,
): [hits: Float64Array, others: Float64Array] {
  const scores = new Float64Array(truth.length);
  let hits = 0;
  let others = truth.length;
  // Its own rows from the front, the others from the back.
  for (let row = 0; row < truth.length; row++) {
    scores[truth[row] === positive ? hits++ : --others] = probabilities[row * classes + positive]!;
  }
  return [scores.subarray(0, hits).sort(), scores.subarray(hits).sort()];
}

/** The share of the pairs of a hit and another (both sorted) in which the hit is greater; equal ones count half. */
function shareAbove(hits: Float64Array, others: Float64Array): number {
  // What is no number was sorted to the end.
  if (Number.isNaN(hits.at(-1)) || Number.isNaN(others.at(-1))) return Number.NaN;
  let below = 0;
  let upTo = 0;
  let won = 0;
  for (const hit of hits) {
    while (below < others.length && others[below]! < hit) below += 1;
    while (upTo < others.length && others[upTo]! <= hit) upTo += 1;
    won += (below + upTo) / 2;
  }
  return won / (hits.length * others.length);
}
