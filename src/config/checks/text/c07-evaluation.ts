import { error, type Path } from "../../diagnostic.ts";
import { isWritten, type Check } from "../check.ts";

/** C07: something waits for evaluations that never come. */
export const c07: Check = {
  id: "C07",
  severity: "error",
  title: "a best metric, early stopping or plateau schedule without evaluation",
  why: "Without evaluations there is nothing to choose the best checkpoint by, early stopping never stops, and a plateau schedule never lowers the rate.",
  run(context) {
    const { eval: evaluation, checkpoint, train, data } = context.config;
    if (evaluation.strategy !== "no" && (data.eval !== null || data.eval_fraction > 0)) return [];
    const reason = evaluation.strategy === "no" ? "`eval.strategy` is no" : "there is no evaluation data";
    const without = (path: Path, what: string) => error("C07", path, `${what} needs evaluations, but ${reason}.`);
    return [
      ...(evaluation.early_stopping_patience === null
        ? []
        : [without(["eval", "early_stopping_patience"], "Early stopping")]),
      ...(isWritten(context, "checkpoint.metric_for_best_model")
        ? [without(["checkpoint", "metric_for_best_model"], `The best ${checkpoint.metric_for_best_model}`)]
        : []),
      ...(train.lr_scheduler_type === "reduce_lr_on_plateau"
        ? [without(["train", "lr_scheduler_type"], "The schedule reduce_lr_on_plateau")]
        : []),
    ];
  },
};
