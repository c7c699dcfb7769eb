import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { planOf, type StepPlan } from "../arithmetic.ts";
import { dataFacts, trainedConfig } from "./known.ts";
import type { AssistDocument, AssistOptions } from "./types.ts";

/** How many steps the config has; without a value when the data is not known or not there in time. */
export async function stepPlan(
  document: AssistDocument,
  options: AssistOptions,
): Promise<{ value: StepPlan | undefined; isLate: boolean }> {
  const config = trainedConfig(document);
  const found = await dataFacts(document, options);
  if (found.isLate || !found.value || !config) return { value: undefined, isLate: found.isLate };
  return { value: planOf(config, found.value.rows.train), isLate: false };
}

export const stepsInWords = (steps: number): string => (steps === 1 ? t("1 step") : t("{0} steps", formatCount(steps)));

export const rowsInWords = (rows: number): string => (rows === 1 ? t("1 row") : t("{0} rows", formatCount(rows)));
