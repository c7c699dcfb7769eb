import { relative } from "node:path";
import { formatCount } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import type { CheckedFile } from "../config/check-any.ts";
import type { FixedFile } from "../config/fix-file.ts";
import type { Context } from "./context.ts";
import { diagnosticDocument, diagnosticLines } from "./diagnostics.ts";
import { printable } from "./terminal.ts";
import { countOf } from "./words.ts";

/** A checked file as `--json` gives it. */
export const reportDocument = (report: CheckedFile["report"]) => ({
  ...report,
  diagnostics: report.diagnostics.map(diagnosticDocument),
});

/** Tells what was mended and found in a file, what could not be checked, and the verdict. */
export function tellChecked(context: Context, { report, source, made }: FixedFile): void {
  const { colours } = context.out;
  const shown = relative(context.where.cwd, report.file);
  for (const { id, title, ...place } of made) {
    const at = place.line === null ? shown : `${shown}:${place.line}`;
    context.out.line(`${colours.bold(at)}: ${colours.green(t("fixed"))} ${id}: ${printable(title)}`);
  }
  for (const text of diagnosticLines(shown, report.diagnostics, source, colours)) context.out.line(text);
  for (const { id, reason } of skippedOnce(report)) {
    context.out.line(`${colours.bold(shown)}: ${colours.dim(t("{0} not checked: {1}.", id, printable(reason)))}`);
  }
  const errors = report.diagnostics.filter(({ severity }) => severity === "error").length;
  const verdict = report.ok ? colours.green(t("ok")) : colours.red(countOf(errors, "{0} error", "{0} errors"));
  context.out.line([`${shown}: ${verdict}`, ...factTexts(report)].join(", "));
}

/** Checks that were not made, those with the same reason together. */
function skippedOnce({ skipped }: CheckedFile["report"]): { id: string; reason: string }[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const ids = skipped.filter((one) => one.reason === reason).map(({ id }) => id);
    return { id: [...new Set(ids)].join(", "), reason };
  });
}

function factTexts(report: CheckedFile["report"]): string[] {
  const { facts, silenced } = report;
  const { rows, totalSteps } = facts;
  return [
    ...("sweep" in report && report.sweep.trials !== null ? [trialText(report.sweep.trials)] : []),
    ...(rows ? [t("{0} rows to train on, {1} to evaluate on", formatCount(rows.train), formatCount(rows.eval))] : []),
    ...(rows && totalSteps !== null ? [t("{0} steps", formatCount(totalSteps))] : []),
    ...(silenced.length > 0 ? [countOf(silenced.length, "{0} finding ignored", "{0} findings ignored")] : []),
  ];
}

const trialText = (trials: number): string => (trials === 1 ? t("1 trial") : t("{0} trials", formatCount(trials)));
