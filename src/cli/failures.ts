import { CommanderError } from "commander";
import { errnoOf, sentenceOf, UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { ConfigRefused } from "../runs/start-refused.ts";
import { EXIT, printJson, type Context } from "./context.ts";
import { diagnosticDocument, printDiagnostics } from "./diagnostics.ts";
import { printable } from "./terminal.ts";
import { countOf } from "./words.ts";

/** Reasons that lie in how the command was called. */
const USAGE = new Set(["usage", "config-missing", "config-unreadable", "config-not-a-file", "workspace-missing"]);

/** Errors of the system that say something about the machine, not about this program. */
const SYSTEM_REASONS: Record<string, string> = {
  ENOSPC: "The disk is full: {0}",
  EDQUOT: "The disk quota is used up: {0}",
  EACCES: "No permission for {0}",
  EPERM: "Not permitted: {0}",
  EROFS: "The file system is read-only: {0}",
  EISDIR: "{0} is a folder.",
  ENOTDIR: "A part of {0} is not a folder.",
  EMFILE: "Too many files are open.",
};

/** A command called in a way it cannot be. */
export const usageError = (message: string, advice = ""): UserError => new UserError("usage", message, { advice });

/** Tells a failure: the sentence on stderr, with `--json` also as a document on stdout. Returns the exit code. */
export function reportFailure(context: Context, error: unknown): number {
  if (error instanceof ConfigRefused && !context.json) return reportRefusal(context, error);
  const told = toldAs(error);
  const sentence = told instanceof UserError ? told.sentence : t("Defect of Tuning Fork: {0}", sentenceOf(told));
  context.err.line(`${context.err.colours.red(t("error"))}: ${printable(placeOf(told) + sentence)}`);
  if (!(told instanceof UserError) && process.env["TUNING_FORK_DEBUG"] && told instanceof Error) {
    context.err.line(told.stack);
  }
  if (context.json) printJson(context, { error: errorDocument(told) });
  return told instanceof UserError && USAGE.has(told.code) ? EXIT.usage : EXIT.failed;
}

/** Errors of Commander and of the system as what a person can act on; anything else stays what it is: a defect. */
function toldAs(error: unknown): unknown {
  if (error instanceof CommanderError) return usageError(error.message.replace(/^error: /, ""));
  const reason = SYSTEM_REASONS[errnoOf(error) ?? ""];
  if (reason === undefined || error instanceof UserError) return error;
  // A failed copy names both ends; what is full or forbidden is where it was going.
  const { path: source, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const path = dest ?? source;
  return new UserError("system", t(reason, path ?? ""), { cause: error, ...(path ? { file: path } : {}) });
}

/** `file:line: `, unless the sentence names the file itself. */
function placeOf(error: unknown): string {
  if (!(error instanceof UserError) || !error.file || error.message.includes(error.file)) return "";
  return `${error.file}${error.line ? `:${error.line}` : ""}: `;
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
    ...(error instanceof ConfigRefused ? { diagnostics: error.diagnostics.map(diagnosticDocument) } : {}),
  };
}

function reportRefusal(context: Context, { file = "", diagnostics, source }: ConfigRefused): number {
  printDiagnostics(context, file, diagnostics, source);
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  context.err.line(t("Not started: {0}.", countOf(errors, "{0} error", "{0} errors")));
  return EXIT.failed;
}
