import type { ModelFacts } from "../../facts/facts.ts";
import { unchecked, type CheckContext, type CheckResult } from "../check.ts";

/**
 * Makes a check with the model's facts; without them it is not made, and says why. What is wrong with the model's files is
 * told by C63 alone.
 */
export async function withModel(
  context: CheckContext,
  check: (facts: ModelFacts) => CheckResult | Promise<CheckResult>,
): Promise<CheckResult> {
  const model = await context.facts.model();
  return model.known ? check(model.facts) : unchecked(model.reason);
}
