import type { ClassificationData } from "../../../data/types.ts";
import type { EventWriter } from "../../../journal/writer.ts";
import { bagOfWords } from "../baselines/bag-of-words.ts";
import { majorityClass } from "../baselines/majority.ts";
import { classificationReport } from "../eval/classification-metrics.ts";
import { judge } from "../eval/evaluate.ts";
import { loggedMetrics, type MetricChoice } from "./evaluator.ts";

/** Measures the simple rules on the same rows with the same code as the model, and writes a `baseline` event for each. */
export function writeBaselines(
  journal: EventWriter,
  { train, eval: evaluation, labels }: ClassificationData,
  choice: MetricChoice,
): void {
  const trainLabels = train.map(({ label }) => label);
  const truth = evaluation.map(({ label }) => label);
  const majority = majorityClass(trainLabels, labels.length);
  const always = classificationReport(
    truth,
    truth.map(() => majority),
    labels,
  );
  // A fixed answer is no probability, so it has neither loss nor area under a curve.
  journal.write({ t: "baseline", name: "majority", metrics: loggedMetrics(always.metrics, choice) });
  const texts = train.map(({ text }) => text);
  const evalTexts = evaluation.map(({ text }) => text);
  const { loss, metrics } = judge(bagOfWords(texts, trainLabels, labels.length, evalTexts), truth, labels);
  journal.write({ t: "baseline", name: "bag_of_words", metrics: loggedMetrics({ loss, ...metrics }, choice) });
}
