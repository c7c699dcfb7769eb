import { formatCount, formatDuration, formatFileSize, formatMetric } from "../../base/format.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import { t } from "../../base/l10n.ts";
import type { SmokeResult } from "./smoke.ts";

/** What a smoke run showed, a sentence a line; the first is the verdict. */
export function smokeLines(result: SmokeResult): string[] {
  const { losses, metrics, checkpointBytes, timesMs, reload, problem } = result;
  const { untilFirstStep, step, realRun } = timesMs;
  const [first, second] = losses;
  const evaluated = Object.entries(metrics).map(
    ([name, value]) => `${name} ${formatMetric(fromJsonNumber(value), name)}`,
  );
  return [
    problem ?? t("Two steps, an evaluation, a save and a reload went well."),
    ...(first === undefined || second === undefined
      ? []
      : [t("Loss: {0}, then {1}.", formatMetric(first), formatMetric(second))]),
    ...(evaluated.length === 0 ? [] : [t("Evaluation: {0}.", evaluated.join(", "))]),
    ...(checkpointBytes === null ? [] : [t("Checkpoint: {0}.", formatFileSize(checkpointBytes))]),
    ...(reload.rows === 0
      ? []
      : [
          t(
            "Predictions compared after the reload: {0} rows, {1} changed.",
            formatCount(reload.rows),
            formatCount(reload.changed),
          ),
        ]),
    ...(untilFirstStep === null ? [] : [t("First step after {0}.", formatDuration(untilFirstStep))]),
    ...(step === null ? [] : [t("A step takes about {0}.", stepTime(step))]),
    ...(realRun === null
      ? []
      : [t("At that pace the steps of the whole run take about {0}, evaluations not counted.", stepTime(realRun))]),
  ];
}

const stepTime = (ms: number): string => (ms < 1000 ? t("{0} ms", formatCount(Math.round(ms))) : formatDuration(ms));
