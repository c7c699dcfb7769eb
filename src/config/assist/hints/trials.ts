import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { hasErrors } from "../../diagnostic.ts";
import { checkShape } from "../../shape.ts";
import { sweepSchema } from "../../sweep/schema.ts";
import { asSweep, gridSize, trialCount } from "../../sweep/sweep.ts";
import type { AssistDocument, Hint } from "../types.ts";
import { anchorOf } from "./anchor.ts";

/** How many runs a sweep is, behind its `parameters`. */
export function trialHints(document: AssistDocument): Hint[] {
  const { value } = document.parsed;
  const offset = anchorOf(document, "parameters");
  if (!value || offset === undefined || hasErrors(checkShape(sweepSchema, value))) return [];
  const sweep = asSweep(value);
  const count = trialCount(sweep);
  const size = gridSize(sweep) ?? count;
  const text =
    size > count
      ? t("{0} of {1} trials", formatCount(count), formatCount(size))
      : count === 1
        ? t("1 trial")
        : t("{0} trials", formatCount(count));
  const tooltip = t("Every combination of the values is a trial; `max_runs` bounds them, or says how many are drawn.");
  return [{ offset, text, kind: "steps", tooltip }];
}
