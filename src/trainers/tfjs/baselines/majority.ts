/**
 * Index of the most frequent class of the training rows (the first one of several equally frequent): what a rule that
 * reads no text would always answer.
 */
export function majorityClass(trainLabels: ArrayLike<number>, classes: number): number {
  const counts = Array.from({ length: classes }, () => 0);
  for (let row = 0; row < trainLabels.length; row++) counts[trainLabels[row]!]! += 1;
  return counts.indexOf(Math.max(...counts));
}
