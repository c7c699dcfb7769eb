import { formatCount, formatSteps } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Check } from "../check.ts";
import { setting } from "../text/mend.ts";
import { planFor } from "./plan.ts";
import { withData } from "./rows-in-words.ts";

/** C10: a run that ends before its first evaluation. */
export const c10: Check = {
  id: "C10",
  severity: "warning",
  title: "more steps between evaluations than the run has",
  why: "Without an evaluation there is no checkpoint before the end, no best one, and nothing to stop early by.",
  run: (context) =>
    withData(context, (data) => {
      const { config } = context;
      const { strategy, steps } = config.eval;
      if (strategy !== "steps" || steps === null || data.rows.eval === 0) return [];
      const { totalSteps, stepsPerEpoch } = planFor(config, data);
      if (totalSteps >= steps) return [];
      const message = t(
        "`eval.steps` is {0}, but the run has {1} in all, so that it never evaluates. Write {2} or less.",
        formatCount(steps),
        formatSteps(totalSteps, null),
        formatCount(totalSteps),
      );
      const byEpoch = {
        title: t("Evaluate after each epoch"),
        safe: false,
        edits: [
          { kind: "set", path: ["eval", "strategy"], value: "epoch" },
          { kind: "remove", path: ["eval", "steps"] },
        ],
      } as const;
      const fixes = [setting(["eval", "steps"], Math.min(stepsPerEpoch, totalSteps)), byEpoch];
      return [warning("C10", ["eval", "steps"], message, { fixes })];
    }),
};
