/** Severity of a finding: only an error keeps a run from starting. */
export type Severity = "error" | "warning" | "information";

/** A way through a config: keys and list positions. */
export type Path = readonly (string | number)[];

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
}

/** Dotted form of a path. */
export const keyOf = (path: Path): string => path.join(".");

export const error = (id: string, path: Path, message: string, at: Finding["at"] = "value"): Finding => ({
  id,
  severity: "error",
  message,
  path,
  at,
});

/** A finding that has no place in a file: about an override, or a file that cannot be read. */
export function placeless(finding: Finding): Diagnostic {
  const { id, severity, message, path } = finding;
  return { id, severity, message, key: keyOf(path), line: null, column: null, endLine: null, endColumn: null };
}

export const hasErrors = (diagnostics: readonly { severity: Severity }[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === "error");
