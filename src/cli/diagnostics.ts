import { relative } from "node:path";
import { t } from "../base/l10n.ts";
import type { Diagnostic } from "../config/diagnostic.ts";
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

/**
 * Findings as a compiler tells them: `file:line:column: error C01: sentence`, and below it the line with the place marked.
 * `source` is the file's text; without it there are no excerpts.
 */
export function diagnosticLines(
  file: string,
  diagnostics: readonly Diagnostic[],
  source: string,
  colours: Colours,
): string[] {
  const lines = source.split(/\r?\n/);
  return diagnostics.flatMap((diagnostic) => {
    const { line, column, severity, id, message } = diagnostic;
    const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
    const head = `${colours.bold(place)}: ${severityText(severity, colours)} ${id}: ${printable(message)}`;
    const text = line === null ? undefined : lines[line - 1];
    return text === undefined ? [head] : [head, ...excerpt(diagnostic, text, colours)];
  });
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

function severityText(severity: Diagnostic["severity"], colours: Colours): string {
  if (severity === "error") return colours.red(t("error"));
  return severity === "warning" ? colours.yellow(t("warning")) : colours.blue(t("information"));
}
