import { nearest } from "../../base/nearest.ts";
import { error, type Finding, type Path } from "../diagnostic.ts";
import { METRICS_OF_TASK } from "../metrics.ts";
import { code, joinWords } from "../schema/words.ts";
import type { ResolvedConfig } from "../types.ts";
import { isWritten, type Check } from "./check.ts";

/** Whether the metrics asked for exist and are measured when something depends on them. */
export const metricsCheck: Check = {
  finds: {
    C07: "a best metric, early stopping or plateau schedule without evaluation",
    C09: "a metric that the task does not measure",
  },
  run(context) {
    const { config } = context;
    const known = METRICS_OF_TASK[config.task];
    const findings = config.eval.metrics.flatMap((name, index) =>
      unknownMetric(name, ["eval", "metrics", index], known),
    );
    const best = bestMetric(config, known);
    const dependent = isEvaluated(config)
      ? []
      : dependents(config, isWritten(context, "checkpoint.metric_for_best_model"));
    return { findings: [...findings, ...best, ...dependent] };
  },
};

function unknownMetric(name: string, path: Path, known: readonly string[]): Finding[] {
  if (known.includes(name)) return [];
  const near = nearest(name, known) ?? known.find((metric) => metric.startsWith(`${name}_`));
  const hint = near === undefined ? "" : ` Did you mean ${code(near)}?`;
  return [
    error(
      "C09",
      path,
      `There is no metric ${code(name)} for this task; there are ${joinWords(known.map(code), "and")}.${hint}`,
    ),
  ];
}

function bestMetric({ checkpoint, eval: { metrics } }: ResolvedConfig, known: readonly string[]): Finding[] {
  const name = checkpoint.metric_for_best_model;
  const path = ["checkpoint", "metric_for_best_model"];
  const unknown = unknownMetric(name, path, known);
  if (unknown.length > 0 || name === "loss" || metrics.includes(name)) return unknown;
  return [
    error(
      "C09",
      path,
      `The best checkpoint is chosen by ${code(name)}, which \`eval.metrics\` does not list. Add it there.`,
    ),
  ];
}

const isEvaluated = ({ data, eval: { strategy } }: ResolvedConfig): boolean =>
  strategy !== "no" && (data.eval !== null || data.eval_fraction > 0);

function dependents({ eval: evaluation, checkpoint, train }: ResolvedConfig, isBestWritten: boolean): Finding[] {
  const reason = evaluation.strategy === "no" ? "`eval.strategy` is no" : "there is no evaluation data";
  const without = (path: Path, what: string): Finding =>
    error("C07", path, `${what} needs evaluations, but ${reason}.`);
  return [
    ...(evaluation.early_stopping_patience === null
      ? []
      : [without(["eval", "early_stopping_patience"], "Early stopping")]),
    ...(isBestWritten
      ? [without(["checkpoint", "metric_for_best_model"], `The best ${checkpoint.metric_for_best_model}`)]
      : []),
    ...(train.lr_scheduler_type === "reduce_lr_on_plateau"
      ? [without(["train", "lr_scheduler_type"], "The schedule reduce_lr_on_plateau")]
      : []),
  ];
}
