import { UserError } from "../base/errors.ts";
import type { Diagnostic } from "../config/diagnostic.ts";

/** A config that does not start, with everything that was found. */
export class ConfigRefused extends UserError {
  readonly diagnostics: readonly Diagnostic[];
  /** The file's text, for excerpts; empty when there is no file. */
  readonly source: string;

  constructor(file: string, diagnostics: readonly Diagnostic[], source: string) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
    const line = errors[0]?.line ?? undefined;
    super("config-refused", `The config has ${count}: ${errors[0]?.message ?? ""}`, {
      file,
      ...(line === undefined ? {} : { line }),
    });
    this.diagnostics = diagnostics;
    this.source = source;
  }
}
