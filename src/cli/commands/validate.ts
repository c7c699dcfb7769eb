import { relative, resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { checkFile, type CheckedConfig, type ValidationReport } from "../../config/validate.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { diagnosticLines } from "../diagnostics.ts";
import { errorDocument, reportFailure } from "../failures.ts";
import { countOf } from "../words.ts";

/** A file that could not even be read takes the place of its report. */
type Unreadable = Pick<ValidationReport, "file" | "ok" | "diagnostics"> & { error: Record<string, unknown> };

/** Exit code: 0 when all files are right, 1 when one has errors, 2 when one cannot be read; the highest counts. */
export async function run(context: Context, files: string[]): Promise<number> {
  let code: number = EXIT.done;
  const reports: (ValidationReport | Unreadable)[] = [];
  for (const name of files) {
    const file = resolve(context.where.cwd, name);
    try {
      const checked = await checkFile(file, { env: process.env });
      if (!checked.report.ok) code = Math.max(code, EXIT.failed);
      reports.push(checked.report);
      if (!context.json) tell(context, checked);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      code = Math.max(code, reportFailure({ ...context, json: false }, error));
      reports.push({ file, ok: false, diagnostics: [], error: errorDocument(error) });
    }
  }
  if (context.json) printJson(context, files.length === 1 ? reports[0] : reports);
  return code;
}

function tell(context: Context, { report, source }: CheckedConfig): void {
  const { colours } = context.out;
  const shown = relative(context.where.cwd, report.file);
  for (const line of diagnosticLines(shown, report.diagnostics, source, colours)) context.out.line(line);
  const errors = report.diagnostics.filter(({ severity }) => severity === "error").length;
  const verdict = report.ok ? colours.green(t("ok")) : colours.red(countOf(errors, "{0} error", "{0} errors"));
  context.out.line([`${shown}: ${verdict}`, ...factTexts(report)].join(", "));
}

function factTexts({ facts: { rows, totalSteps } }: ValidationReport): string[] {
  if (!rows) return [];
  return [
    t("{0} rows to train on, {1} to evaluate on", formatCount(rows.train), formatCount(rows.eval)),
    ...(totalSteps === null ? [] : [t("{0} steps", formatCount(totalSteps))]),
  ];
}
