import { relative } from "node:path";
import { t } from "../base/l10n.ts";
import type { Diagnostic } from "../config/diagnostic.ts";
import type { Fix } from "../config/edit/fix.ts";
import type { Context } from "./context.ts";
import { printable, textWidth, type Colours } from "./terminal.ts";

/** Tells findings on stderr, with excerpts where a person reads. `--json` has them in its document. */
export function printDiagnostics(
  context: Context,
  file: string,
  diagnostics: readonly Diagnostic[],
  source: string,
): void {
  if (context.json) return;
  const shown = relative(context.where.cwd, file);
  for (const line of diagnosticLines(shown, diagnostics, source, context.err.colours)) context.err.line(line);
}

/** A finding as `--json` gives it: of its fixes what they do, not how the text changes. */
export const diagnosticDocument = ({ fixes, ...diagnostic }: Diagnostic) => ({
  ...diagnostic,
  fixes: fixes.map(({ title, safe }) => ({ title, safe })),
});

/**
 * Findings as a compiler tells them: `file:line:column: error C01: sentence`, below it the line with the place marked, and
 * the ways to mend it.
 * `source` is the file's text; without it there are no excerpts.
 */
export function diagnosticLines(
  file: string,
  diagnostics: readonly Diagnostic[],
  source: string,
  colours: Colours,
): string[] {
  const lines = withoutSecrets(source.replace(/^\uFEFF/, "").split(/\r?\n/), diagnostics);
  return diagnostics.flatMap((diagnostic) => {
    const { line, column, severity, id, message, fixes } = diagnostic;
    const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
    const head = `${colours.bold(place)}: ${severityText(severity, colours)} ${id}: ${printable(message)}`;
    const text = line === null ? undefined : lines[line - 1];
    const shown = text === undefined ? [] : excerpt(diagnostic, text, colours);
    return [head, ...shown, ...fixes.map((fix) => fixLine(fix, colours))];
  });
}

/** The lines with what C55 found hidden: what a terminal shows may end in a log. */
function withoutSecrets(lines: readonly string[], diagnostics: readonly Diagnostic[]): string[] {
  const hidden = [...lines];
  for (const { id, line, column, endLine, endColumn } of diagnostics) {
    const text = line === null ? undefined : hidden[line - 1];
    if (id !== "C55" || text === undefined) continue;
    const from = (column ?? 1) - 1;
    const to = endLine === line && endColumn !== null ? endColumn - 1 : text.length;
    hidden[line! - 1] = text.slice(0, from) + "*".repeat(to - from) + text.slice(to);
  }
  return hidden;
}

function excerpt({ line, column, endLine, endColumn }: Diagnostic, text: string, colours: Colours): string[] {
  const from = (column ?? 1) - 1;
  // What goes on over several lines is marked to the end of its first.
  const to = endLine === line && endColumn !== null ? endColumn - 1 : text.length;
  const gutter = String(line);
  const blank = " ".repeat(gutter.length);
  const flat = printable(text.replaceAll("\t", " "));
  const marks = "^".repeat(Math.max(1, textWidth(flat.slice(from, to))));
  return [
    `  ${colours.dim(`${gutter} |`)} ${flat}`,
    `  ${colours.dim(`${blank} |`)} ${" ".repeat(textWidth(flat.slice(0, from)))}${colours.red(marks)}`,
  ];
}

/** `fix: Write …`; one that `--fix` makes is marked. */
function fixLine({ title, safe }: Fix, colours: Colours): string {
  const text = safe ? t("fix (safe): {0}", printable(title)) : t("fix: {0}", printable(title));
  return `  ${colours.green(text)}`;
}

function severityText(severity: Diagnostic["severity"], colours: Colours): string {
  if (severity === "error") return colours.red(t("error"));
  return severity === "warning" ? colours.yellow(t("warning")) : colours.blue(t("information"));
}
