import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
  type CodeDescription,
  DiagnosticSeverity,
  type Diagnostic as ProtocolDiagnostic,
} from "vscode-languageserver/node";
import { toldCheck } from "../config/checks/told.ts";
import type { Diagnostic } from "../config/diagnostic.ts";
import { rangeOfDiagnostic } from "./positions.ts";

/** What the editor shows as the maker of a diagnostic. */
export const SOURCE = "Tuning Fork";

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
} as const;

/** Where each check is described: `docs/config.md` at its row. Without the file there are no links. */
export class CheckDocs {
  readonly #links = new Map<string, CodeDescription>();

  constructor(file: string | undefined) {
    if (file === undefined) return;
    const url = pathToFileURL(file).href;
    for (const [index, line] of linesOf(file).entries()) {
      const id = /<a id="(c\d\d)">/.exec(line)?.[1];
      // An editor opens a file at a line, not at an anchor.
      if (id !== undefined) this.#links.set(id.toUpperCase(), { href: `${url}#L${index + 1}` });
    }
  }

  linkOf(id: string): CodeDescription | undefined {
    return this.#links.get(id);
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return []; // The package has it; a checkout without it has no links.
  }
}

/** A diagnostic as the protocol has it. */
export function problemOf(diagnostic: Diagnostic, docs: CheckDocs): ProtocolDiagnostic {
  const { id, message, severity } = diagnostic;
  const codeDescription = docs.linkOf(id);
  return {
    range: rangeOfDiagnostic(diagnostic),
    message,
    severity: SEVERITIES[severity],
    source: SOURCE,
    code: id,
    ...(codeDescription ? { codeDescription } : {}),
  };
}

/** Why a check matters, in Markdown; undefined for an id there is no check of. */
export function whyOf(id: string): string | undefined {
  const check = toldCheck(id);
  return check && `**${id}** ${check.whys.join(" ")}`;
}
