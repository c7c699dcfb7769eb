import type { ClassifierModel } from "../models/model.ts";
import type { TokenRows } from "../train/rows.ts";
import { areaUnderCurve } from "./area-under-curve.ts";
import { classificationReport, type ClassificationReport } from "./classification-metrics.ts";
import { argMax, softmaxInPlace } from "./softmax.ts";

/** Bounds of one evaluation batch: memory grows with its rows × longest row. */
const MAX_TOKENS = 4096;
const MAX_ROWS = 32;

export interface Evaluation extends ClassificationReport {
  /** Mean cross-entropy over the rows, in nats. */
  loss: number;
  /** Per row: class index, and probabilities row-major `[rows, labels]`. */
  predicted: Int32Array;
  probabilities: Float64Array;
  /** Per row: its cross-entropy. */
  losses: Float64Array;
}

/** Judges class probabilities (row-major `[rows, labels]`) against the truth; `auc` joins the metrics. Sums run in row order. */
export function judge(probabilities: Float64Array, truth: ArrayLike<number>, labels: readonly string[]): Evaluation {
  const classes = labels.length;
  const predicted = new Int32Array(truth.length);
  const losses = new Float64Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    const scores = probabilities.subarray(row * classes, (row + 1) * classes);
    predicted[row] = argMax(scores);
    losses[row] = -Math.log(Math.max(scores[truth[row]!]!, Number.MIN_VALUE));
  }
  const loss = losses.reduce((sum, value) => sum + value, 0) / truth.length;
  const { metrics, ...report } = classificationReport(truth, predicted, labels);
  const auc = areaUnderCurve(probabilities, truth, classes);
  return { loss, predicted, probabilities, losses, ...report, metrics: { ...metrics, auc } };
}

/**
 * Runs the model over all rows in batches of bounded size (longest rows first, so that little is padding) and judges it.
 * @param onBatch called after each batch with the rows done; return false to give up
 * @returns undefined when given up
 */
export async function evaluate(
  model: ClassifierModel,
  rows: TokenRows,
  onBatch: (done: number) => Promise<boolean>,
): Promise<Evaluation | undefined> {
  const classes = model.labels.length;
  const probabilities = new Float64Array(rows.count * classes);
  let done = 0;
  for (const batch of lengthBatches(rows)) {
    const logits = await model.predict(rows.batch(batch));
    batch.forEach((row, index) => {
      const scores = probabilities.subarray(row * classes, (row + 1) * classes);
      scores.set(logits.subarray(index * classes, (index + 1) * classes));
      softmaxInPlace(scores);
    });
    done += batch.length;
    if (!(await onBatch(done))) return undefined;
  }
  return judge(
    probabilities,
    rows.examples.map((example) => example.label),
    model.labels,
  );
}

/** All rows, longest first, in batches within the bounds above. */
function lengthBatches(rows: TokenRows): number[][] {
  const order = rows.examples
    .map((_, row) => row)
    .sort((a, b) => rows.tokensOf(b).length - rows.tokensOf(a).length || a - b);
  const batches: number[][] = [];
  for (let at = 0; at < order.length;) {
    const size = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_TOKENS / rows.tokensOf(order[at]!).length)));
    batches.push(order.slice(at, at + size));
    at += size;
  }
  return batches;
}
