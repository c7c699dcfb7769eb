import { t } from "../../base/l10n.ts";
import type { Diagnostic, Finding } from "../diagnostic.ts";
import { trialText, type Assignment, type Trial } from "./sweep.ts";

/** What one trial's resolved config was found to have. */
export interface CheckedTrial {
  trial: Trial;
  diagnostics: readonly Diagnostic[];
}

/**
 * What the trials have that the base config has not, at the values of the sweep that bring it about; each told once, however
 * many trials have it. What no single value explains stands at `parameters`, with the first trial that has it.
 */
export function trialFindings(checked: readonly CheckedTrial[], base: readonly Diagnostic[]): Finding[] {
  const known = new Set(base.map(identity));
  const found = new Map<string, { finding: Finding; trials: Trial[] }>();
  for (const { trial, diagnostics } of checked) {
    for (const diagnostic of diagnostics) {
      if (known.has(identity(diagnostic))) continue;
      const own = assignmentOf(trial, diagnostic.key);
      const path = own?.from ?? ["parameters"];
      // The sentence of one check about one value may name what else a trial sets; one of them is enough.
      const key = JSON.stringify([path, diagnostic.id, own ? null : diagnostic.key]);
      const same = found.get(key);
      if (same) same.trials.push(trial);
      else found.set(key, { finding: findingAt(diagnostic, path), trials: [trial] });
    }
  }
  return [...found.values()].map(({ finding, trials }) =>
    finding.path.length > 1 ? finding : { ...finding, message: withTrials(finding.message, trials) },
  );
}

/** Message and key: a finding of the base that only changes its numbers in a trial is that trial's own. */
const identity = ({ id, key, message }: Diagnostic): string => JSON.stringify([id, key, message]);

/** The value of a trial that a finding's key is about: the key itself, one inside it, or the group around it. */
const assignmentOf = (trial: Trial, key: string): Assignment | undefined =>
  trial.findLast(
    (one) => one.key === key || key.startsWith(`${one.key}.`) || (key !== "" && one.key.startsWith(`${key}.`)),
  );

const findingAt = ({ id, severity, message }: Diagnostic, path: Finding["path"]): Finding => ({
  id,
  severity,
  message,
  path,
  at: path.length > 1 ? "value" : "key",
});

function withTrials(message: string, [first = [], ...others]: readonly Trial[]): string {
  if (others.length === 0) return t("With {0}: {1}", trialText(first), message);
  return others.length === 1
    ? t("With {0} and in one other trial: {1}", trialText(first), message)
    : t("With {0} and in {1} other trials: {2}", trialText(first), others.length, message);
}
