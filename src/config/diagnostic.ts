import { holdsKnownSecret, redactText } from "../base/redact.ts";
import type { Fix } from "./edit/fix.ts";
import type { Path } from "./path.ts";

export type { Path } from "./path.ts";

/** Severity of a finding: only an error keeps a run from starting. */
export type Severity = "error" | "warning" | "information";

/** What a check found, before it is given a place in a file. */
export interface Finding {
  /** `C01`…: the check, as `docs/config.md` lists it. */
  id: string;
  severity: Severity;
  message: string;
  /** The value the finding is about; where it is not written, its place is the nearest thing that is. */
  path: Path;
  /** Whether the finding is about the key or about its value. */
  at: "key" | "value";
  /** Ways to mend it, best first. */
  fixes?: readonly Fix[];
}

/** A finding with its place. Places are 1-based, the end exclusive, columns in UTF-16 units; null when it stands in no file. */
export interface Diagnostic {
  id: string;
  severity: Severity;
  message: string;
  /** Dotted key (`train.learning_rate`, `data.train.0`); empty for the file as a whole. */
  key: string;
  line: number | null;
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
  /** Ways to mend it, best first; empty when there is none that can be written down. */
  fixes: readonly Fix[];
}

/** Dotted form of a path. */
export const keyOf = (path: Path): string => path.join(".");

/** Makes findings of one severity. `more` says whether it is about the key, and how to mend it. */
const finding =
  (severity: Severity) =>
  (
    id: string,
    path: Path,
    message: string,
    more: Finding["at"] | Partial<Pick<Finding, "at" | "fixes">> = {},
  ): Finding => ({
    id,
    severity,
    // A value that a message quotes may be a key pasted into the wrong place.
    message: holdsKnownSecret(message) ? redactText(message) : message,
    path,
    at: "value",
    ...(typeof more === "string" ? { at: more } : more),
  });

export const error = finding("error");
export const warning = finding("warning");
export const information = finding("information");

/** A finding that has no place in a file: about an override, or a file that cannot be read. */
export function placeless(finding: Finding): Diagnostic {
  const { id, severity, message, path, fixes = [] } = finding;
  return { id, severity, message, key: keyOf(path), line: null, column: null, endLine: null, endColumn: null, fixes };
}

export const hasErrors = (diagnostics: readonly { severity: Severity }[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === "error");
