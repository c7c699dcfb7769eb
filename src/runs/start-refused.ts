import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import type { Diagnostic } from "../config/diagnostic.ts";

/** A config that does not start, with everything that was found. */
export class ConfigRefused extends UserError {
  readonly diagnostics: readonly Diagnostic[];
  /** The file's text, for excerpts; empty when there is no file. */
  readonly source: string;

  constructor(file: string, diagnostics: readonly Diagnostic[], source: string) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const { line = null, message = "" } = errors[0] ?? {};
    const problem =
      errors.length === 1
        ? t("The config has an error: {0}", message)
        : t("The config has {0} errors: {1}", errors.length, message);
    super("config-refused", problem, {
      file,
      ...(line === null ? {} : { line }),
    });
    this.diagnostics = diagnostics;
    this.source = source;
  }
}
