import { t } from "../../../base/l10n.ts";
import { error, type Path } from "../../diagnostic.ts";
import type { ConfigEdit, Fix } from "../../edit/fix.ts";
import { code } from "../../schema/words.ts";
import { isWritten, type Check, type CheckContext } from "../check.ts";
import { removal, setting } from "./mend.ts";

/** C07: something waits for evaluations that never come. */
export const c07: Check = {
  id: "C07",
  severity: "error",
  title: "a best metric, early stopping or plateau schedule without evaluation",
  why: "Without evaluations there is nothing to choose the best checkpoint by, early stopping never stops, and a plateau schedule never lowers the rate.",
  run(context) {
    const { eval: evaluation, checkpoint, train } = context.config;
    if (evaluation.strategy !== "no" && hasData(context)) return [];
    const isOff = evaluation.strategy === "no";
    const without = (path: Path, off: string, noData: string, other: Fix) =>
      error("C07", path, isOff ? off : noData, { fixes: [evaluate(context), other] });
    return [
      ...(evaluation.early_stopping_patience === null
        ? []
        : [
            without(
              PATIENCE,
              t("Early stopping needs evaluations, but `eval.strategy` is no."),
              t("Early stopping needs evaluations, but there is no evaluation data."),
              removal(PATIENCE),
            ),
          ]),
      ...(isWritten(context, "checkpoint.metric_for_best_model")
        ? [
            without(
              METRIC,
              t("The best {0} needs evaluations, but `eval.strategy` is no.", checkpoint.metric_for_best_model),
              t("The best {0} needs evaluations, but there is no evaluation data.", checkpoint.metric_for_best_model),
              removal(METRIC),
            ),
          ]
        : []),
      ...(train.lr_scheduler_type === "reduce_lr_on_plateau"
        ? [
            without(
              SCHEDULE,
              t("The schedule reduce_lr_on_plateau needs evaluations, but `eval.strategy` is no."),
              t("The schedule reduce_lr_on_plateau needs evaluations, but there is no evaluation data."),
              setting(SCHEDULE, "linear"),
            ),
          ]
        : []),
    ];
  },
};

const PATIENCE = ["eval", "early_stopping_patience"];
const METRIC = ["checkpoint", "metric_for_best_model"];
const SCHEDULE = ["train", "lr_scheduler_type"];

const hasData = ({ config: { data } }: CheckContext): boolean => data.eval !== null || data.eval_fraction > 0;

/** Turns evaluation on, with a tenth of the rows where there is no data for it. */
function evaluate(context: CheckContext): Fix {
  const isOff = context.config.eval.strategy === "no";
  const edits: ConfigEdit[] = [
    ...(isOff ? [{ kind: "set", path: ["eval", "strategy"], value: "epoch" } as const] : []),
    ...(hasData(context) ? [] : [{ kind: "set", path: ["data", "eval_fraction"], value: 0.1 } as const]),
  ];
  const title = isOff
    ? t("Evaluate after each epoch: {0}", code("eval.strategy: epoch"))
    : t("Hold out a tenth of the rows: {0}", code("data.eval_fraction: 0.1"));
  return { title, safe: false, edits };
}
