/** Precision, recall and F1 of one class. A quotient 0/0 counts as 0 (scikit-learn's `zero_division=0`). */
export interface ClassReport {
  label: string;
  precision: number;
  recall: number;
  f1: number;
  /** Rows that truly have the label. */
  support: number;
}

export interface ClassificationReport {
  /** `confusion[truth][prediction]`: row counts, in the order of the labels. */
  confusion: number[][];
  classes: ClassReport[];
  /** `accuracy`, `f1_macro`, `f1_micro`, `precision_macro`, `recall_macro`. */
  metrics: Record<string, number>;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const sumOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * Judges predictions as scikit-learn does by default (`precision_recall_fscore_support(..., zero_division=0)`):
 * macro averages are plain means over the classes that occur in the truth or in the predictions, so a label of the
 * config that the evaluation rows lack does not pull them down. `f1_micro` over all classes of a single-label task
 * equals accuracy. Without rows every metric is NaN.
 * @param truth class index of each row
 * @param predicted predicted class index of each row
 */
export function classificationReport(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  labels: readonly string[],
): ClassificationReport {
  const confusion = labels.map(() => labels.map(() => 0));
  for (let row = 0; row < truth.length; row++) confusion[truth[row]!]![predicted[row]!]! += 1;
  const supports = confusion.map(sumOf);
  const predictions = labels.map((_, column) => sumOf(confusion.map((counts) => counts[column]!)));
  const classes = labels.map((label, index): ClassReport => {
    const hits = confusion[index]![index]!;
    const support = supports[index]!;
    return {
      label,
      precision: ratio(hits, predictions[index]!),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predictions[index]!),
      support,
    };
  });
  const occurring = classes.filter((_, index) => supports[index]! + predictions[index]! > 0);
  const macro = (pick: (entry: ClassReport) => number): number => sumOf(occurring.map(pick)) / occurring.length;
  const accuracy = sumOf(confusion.map((counts, index) => counts[index]!)) / truth.length;
  return {
    confusion,
    classes,
    metrics: {
      accuracy,
      f1_macro: macro((entry) => entry.f1),
      f1_micro: accuracy,
      precision_macro: macro((entry) => entry.precision),
      recall_macro: macro((entry) => entry.recall),
    },
  };
}
