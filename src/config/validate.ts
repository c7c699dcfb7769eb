import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errnoOf, UserError } from "../base/errors.ts";
import { error, hasErrors, type Diagnostic } from "./diagnostic.ts";
import { parseConfig } from "./parse.ts";
import { preflight, UNKNOWN_FACTS, type Preflight, type RunFacts } from "./preflight.ts";
import { resolveConfig } from "./resolve.ts";
import { isScriptConfig, type Origins, type ResolvedConfig } from "./types.ts";

/** What `tuning-fork validate --json` prints for a file. */
export interface ValidationReport {
  /** Absolute path. */
  file: string;
  /** No diagnostic is an error. */
  ok: boolean;
  /** In the order of the file; those without a place (overrides) first. */
  diagnostics: Diagnostic[];
  /** Checks that were not made, and why. */
  skipped: { id: string; reason: string }[];
  facts: RunFacts;
}

/** A config file, checked and resolved. */
export interface CheckedConfig {
  report: ValidationReport;
  /** The file as it is written. */
  source: string;
  /** Undefined when the report has errors. */
  config: ResolvedConfig | undefined;
  origins: Origins;
  /** What the data check read: labels, class counts, files with sizes and hashes. */
  data: Preflight["data"];
}

export interface ValidateOptions {
  /** `key=value` texts (`--set`). */
  overrides?: readonly string[];
  /** Environment that says whether the hub may be asked; that of this process when left out. */
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** Checks a config file. @throws UserError when the file itself cannot be read. */
export async function validateFile(path: string, options: ValidateOptions = {}): Promise<ValidationReport> {
  return (await checkFile(path, options)).report;
}

/** Checks a config file and keeps what was read for the start of a run. @throws UserError when the file cannot be read. */
export async function checkFile(path: string, options: ValidateOptions = {}): Promise<CheckedConfig> {
  const file = resolve(path);
  const source = readConfigFile(file);
  const parsed = parseConfig(source, file);
  const failed = (diagnostics: Diagnostic[], reason: string): CheckedConfig => ({
    report: reportOf(file, diagnostics, [{ id: "C14", reason }], UNKNOWN_FACTS),
    source,
    config: undefined,
    origins: {},
    data: undefined,
  });
  if (!parsed.value) return failed(parsed.diagnostics, "the file is not a config");

  const { config, origins, diagnostics } = resolveConfig(parsed.value, {
    overrides: options.overrides ?? [],
    place: parsed.place,
  });
  const shape = [...parsed.diagnostics, ...diagnostics];
  if (!config) return failed(shape, "the file has errors of shape");
  if (isScriptConfig(config)) {
    const later = error(
      "C52",
      ["task"],
      "Running your own script comes with a later version; this one trains with `model.framework: tfjs`.",
    );
    return failed([...shape, parsed.place(later)], "the task is script");
  }

  const { env = process.env, signal } = options;
  const found = await preflight({ config, origins, baseDir: dirname(file), env, ...(signal ? { signal } : {}) });
  const report = reportOf(file, [...shape, ...found.findings.map(parsed.place)], found.skipped, found.facts);
  return { report, source, config: report.ok ? config : undefined, origins, data: found.data };
}

function reportOf(
  file: string,
  diagnostics: Diagnostic[],
  skipped: ValidationReport["skipped"],
  facts: RunFacts,
): ValidationReport {
  const inOrder = diagnostics.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return { file, ok: !hasErrors(diagnostics), diagnostics: inOrder, skipped, facts };
}

/** Reads a config file. A folder, a pipe or a file that is missing is a `UserError`. */
export function readConfigFile(file: string): string {
  const advice = "Name a config file, such as finetune.yaml.";
  try {
    const stats = statSync(file);
    if (stats.isFile()) return readFileSync(file, "utf8");
    throw new UserError("config-not-a-file", `${file} is ${stats.isDirectory() ? "a folder" : "not a file"}.`, {
      file,
      advice,
    });
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const errno = errnoOf(cause);
    if (errno === "ENOENT" || errno === "ENOTDIR") {
      throw new UserError("config-missing", `The config file ${file} does not exist.`, { file, advice, cause });
    }
    const reason = errno === "EACCES" ? "no permission" : String(errno ?? cause);
    throw new UserError("config-unreadable", `The config file ${file} cannot be read: ${reason}.`, {
      file,
      advice,
      cause,
    });
  }
}
