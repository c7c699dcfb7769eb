import { t } from "../../../base/l10n.ts";
import { warmupSteps } from "../../arithmetic.ts";
import { stepPlan } from "../plan.ts";
import type { AssistOptions } from "../types.ts";
import type { Asked, Found } from "./asked.ts";
import { stepsInWords } from "../plan.ts";

const FORMS: readonly (string | number)[] = ["3%", "6%", "10%", 0, 100];

/** Ways to write a warm-up, with the steps each would be here. */
export async function warmups({ document }: Asked, options: AssistOptions): Promise<Found> {
  const plan = await stepPlan(document, options);
  const choices = FORMS.map((value) => {
    const steps = plan.value && warmupSteps(value, plan.value.totalSteps);
    const detail = steps === undefined ? (value === 0 ? t("none") : undefined) : stepsInWords(steps);
    return { value, kind: "value" as const, ...(detail === undefined ? {} : { detail }) };
  });
  return { choices, isLate: plan.isLate };
}
