import { CommanderError } from "commander";
import { sentenceOf, UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { ConfigRefused } from "../runs/start-refused.ts";
import { EXIT, printJson, type Context } from "./context.ts";
import { printDiagnostics } from "./diagnostics.ts";
import { printable } from "./terminal.ts";
import { countOf } from "./words.ts";

/** Reasons that lie in how the command was called. */
const USAGE = new Set(["usage", "config-missing", "config-unreadable", "config-not-a-file", "workspace-missing"]);

/** A command called in a way it cannot be. */
export const usageError = (message: string, advice = ""): UserError => new UserError("usage", message, { advice });

/** Tells a failure: the sentence on stderr, with `--json` also as a document on stdout. Returns the exit code. */
export function reportFailure(context: Context, error: unknown): number {
  if (error instanceof ConfigRefused && !context.json) return reportRefusal(context, error);
  const told = error instanceof CommanderError ? usageError(error.message.replace(/^error: /, "")) : error;
  const place = told instanceof UserError && told.file ? `${told.file}${told.line ? `:${told.line}` : ""}: ` : "";
  const sentence = told instanceof UserError ? told.sentence : t("Defect of Tuning Fork: {0}", sentenceOf(told));
  context.err.line(`${context.err.colours.red(t("error"))}: ${printable(place + sentence)}`);
  if (!(told instanceof UserError) && process.env["TUNING_FORK_DEBUG"] && told instanceof Error) {
    context.err.line(told.stack);
  }
  if (context.json) printJson(context, { error: errorDocument(told) });
  return told instanceof UserError && USAGE.has(told.code) ? EXIT.usage : EXIT.failed;
}

/** An error as `--json` gives it. */
export function errorDocument(error: unknown): Record<string, unknown> {
  if (!(error instanceof UserError)) return { code: "defect", message: sentenceOf(error), advice: "" };
  return {
    code: error.code,
    message: error.message,
    advice: error.advice,
    ...(error.file === undefined ? {} : { file: error.file }),
    ...(error.line === undefined ? {} : { line: error.line }),
    ...(error instanceof ConfigRefused ? { diagnostics: error.diagnostics } : {}),
  };
}

function reportRefusal(context: Context, { file = "", diagnostics, source }: ConfigRefused): number {
  printDiagnostics(context, file, diagnostics, source);
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  context.err.line(t("Not started: {0}.", countOf(errors, "{0} error", "{0} errors")));
  return EXIT.failed;
}
