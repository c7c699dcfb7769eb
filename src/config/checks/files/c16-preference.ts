import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { error, type Finding } from "../../diagnostic.ts";
import type { Check } from "../check.ts";
import { dataProblem } from "./problem.ts";
import { firstPlace } from "./rows-in-words.ts";

/** C16: pairs of answers that are none. */
export const c16: Check = {
  id: "C16",
  severity: "error",
  title: "preference rows without two different answers",
  why: "A preference is learnt from the difference between two answers: a missing one ends the run, and a pair of equal ones teaches nothing.",
  async run(context) {
    if (context.config.task !== "preference") return [];
    const data = await context.facts.data();
    if (!data.known) return dataProblem("C16", context);
    const { preference, first } = data.facts.quality;
    const findings: Finding[] = [];
    if (preference.missing > 0) {
      const message = t(
        "Preference rows that lack the chosen or the rejected answer: {0}. Fill them in or remove the rows.",
        formatCount(preference.missing),
      );
      findings.push(error("C16", ["data", "train"], message + firstPlace(first.missing)));
    }
    if (preference.identical > 0) {
      const message = t(
        "Preference rows whose chosen and rejected answers are the same: {0}. Correct or remove them.",
        formatCount(preference.identical),
      );
      findings.push(error("C16", ["data", "train"], message + firstPlace(first.identical)));
    }
    return findings;
  },
};
