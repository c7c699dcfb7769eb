import { formatSteps } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warmupSteps } from "../../arithmetic.ts";
import { warning } from "../../diagnostic.ts";
import { isWritten, type Check } from "../check.ts";
import { setting } from "../text/mend.ts";
import { planFor } from "./plan.ts";
import { withData } from "./rows-in-words.ts";

const PATH = ["train", "warmup"];
const USUAL = "6%";

/** C11: a warm-up that takes the whole run. */
export const c11: Check = {
  id: "C11",
  severity: "warning",
  title: "a warm-up as long as the run",
  why: "The learning rate then rises to the very end and never falls: the run trains too little at first and stops at its wildest.",
  run: (context) =>
    withData(context, (data) => {
      const plan = planFor(context.config, data);
      const isWhole = plan.warmupSteps > 0 && plan.warmupSteps >= plan.totalSteps;
      if (!isWhole || !isWritten(context, "train.warmup")) return [];
      const message = t(
        "`train.warmup` takes {0}, but the run has {1} in all.",
        formatSteps(plan.warmupSteps, null),
        formatSteps(plan.totalSteps, null),
      );
      const value = warmupSteps(USUAL, plan.totalSteps) < plan.totalSteps ? USUAL : 0;
      return [
        warning("C11", PATH, `${message} ${t("Write fewer, such as {0}.", `\`${String(value)}\``)}`, {
          fixes: [setting(PATH, value)],
        }),
      ];
    }),
};
