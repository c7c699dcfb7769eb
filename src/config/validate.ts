import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMap as isYamlMap, type Node } from "yaml";
import { errnoOf, UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { TIERS, type Tier } from "./checks/check.ts";
import { hasErrors, keyOf, type Diagnostic } from "./diagnostic.ts";
import type { Estimate, RecordedRun } from "./estimate/types.ts";
import { withoutDisputes } from "./edit/safe-fixes.ts";
import type { Facts } from "./facts/facts.ts";
import { parseConfig, type ParsedConfig } from "./parse.ts";
import { preflight, UNKNOWN_FACTS, type Preflight, type RunFacts } from "./preflight.ts";
import { resolveConfig } from "./resolve.ts";
import { createSilencer, type SilencedFinding, type Silencer } from "./silence.ts";
import type { AnyResolvedConfig, Origins } from "./types.ts";

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
  /** Findings that comments of the file silence (`# tuning-fork: ignore C34 because …`). */
  silenced: SilencedFinding[];
  facts: RunFacts;
  /** What the run will take; null for the user's own script, and where neither model nor machine were looked at. */
  estimate: Estimate | null;
}

/** A config file, checked and resolved. */
export interface CheckedConfig {
  report: ValidationReport;
  /** The file as it is written. */
  source: string;
  /** Undefined when the report has errors. */
  config: AnyResolvedConfig | undefined;
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
  /** Tiers of checks that are made; all when left out. */
  tiers?: readonly Tier[];
  /** Told what each tier found as soon as it is done. */
  onTier?: (tier: Tier, diagnostics: readonly Diagnostic[]) => void;
  /** What is known of this config's world, where the caller asks it too; looked up anew when left out. */
  facts?: Facts;
  /** What earlier runs on this machine took, where the caller has a store: corrects the estimate. */
  history?: readonly RecordedRun[];
}

/** Checks a config file. @throws UserError when the file itself cannot be read. */
export async function validateFile(path: string, options: ValidateOptions = {}): Promise<ValidationReport> {
  return (await checkFile(path, options)).report;
}

/** Checks a config file and keeps what was read for the start of a run. @throws UserError when the file cannot be read. */
export async function checkFile(path: string, options: ValidateOptions = {}): Promise<CheckedConfig> {
  const file = resolve(path);
  return checkText(readConfigFile(file), file, options);
}

/**
 * Checks the text of a config, as it is in a file or in an editor. A broken file still gets the checks of its healthy parts.
 * `file` says where relative paths start.
 */
export async function checkText(source: string, file: string, options: ValidateOptions = {}): Promise<CheckedConfig> {
  return { ...(await checkParsed(parseConfig(source, file), options)), source };
}

/** The same of a text that was parsed already. */
export async function checkParsed(parsed: ParsedConfig, options: ValidateOptions = {}): Promise<CheckedConfig> {
  const { overrides = [], env = process.env, signal, tiers = TIERS, onTier, facts, history } = options;
  const { file, source } = parsed;
  const { config, healthy, origins, diagnostics } = resolveConfig(parsed.value ?? {}, {
    overrides,
    isBroken: parsed.isBroken,
    place: parsed.place,
    wordAt: parsed.wordAt,
  });
  const silencer = createSilencer(parsed);
  const shape = [...parsed.diagnostics, ...(parsed.value ? diagnostics.filter(isCertain(parsed)) : [])];
  if (!parsed.value || !healthy) {
    const reason = parsed.value ? t("the task is not known") : t("the file is not a config");
    const report = reportOf(parsed, silencer, shape, {
      tiers: [],
      skipped: [{ id: "C14", reason }],
      facts: UNKNOWN_FACTS,
      estimate: null,
    });
    return { report, source, config: undefined, origins, data: undefined };
  }
  // Which model is meant may stand in the part that could not be read.
  const isModelKnown = failuresOf(parsed).length === 0 || Object.hasOwn(parsed.value, "model");
  const found = await preflight({
    config: healthy,
    origins,
    written: parsed.value,
    parsed,
    baseDir: dirname(file),
    env,
    ...(signal ? { signal } : {}),
    tiers: isModelKnown ? tiers : tiers.filter((tier) => tier === "text" || tier === "files"),
    ...(facts ? { facts } : {}),
    ...(history ? { history } : {}),
    ...(onTier ? { onTier: (tier, findings) => onTier(tier, silencer.part(findings.map(parsed.place)).told) } : {}),
  });
  const report = reportOf(parsed, silencer, [...shape, ...found.findings.map(parsed.place)], { ...found, tiers });
  const startable = report.ok ? config : undefined;
  return { report, source, config: startable, origins, data: found.data };
}

/** What is read as it stands there: something is wrong with it, but not with what is around it. */
const READ_ANYWAY: readonly string[] = ["DUPLICATE_KEY", "MULTIPLE_DOCS"];

/** Where reading failed, as offsets. */
const failuresOf = ({ document }: ParsedConfig): number[] =>
  document.errors.filter(({ code }) => !READ_ANYWAY.includes(code)).map(({ pos }) => pos[0]);

/** In a file that is not whole YAML, the group where reading failed may be meant otherwise, as what an alias stands for. */
function isCertain(parsed: ParsedConfig): (diagnostic: Diagnostic) => boolean {
  const { isBroken, document, unknown } = parsed;
  const items = isBroken && isYamlMap(document.contents) ? document.contents.items : [];
  const failures = failuresOf(parsed);
  const broken = items.flatMap(({ key, value }) => {
    const range = (value as Node | null)?.range;
    return range && failures.some((at) => range[0] <= at && at <= range[2]) ? [String(key)] : [];
  });
  const lost = unknown.map(keyOf);
  return ({ key }) =>
    !broken.includes(key.split(".")[0]!) && !lost.some((one) => key === one || key.startsWith(`${one}.`));
}

type Place = Pick<Diagnostic, "line" | "column">;
const byPlace = (a: Place, b: Place): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);

/** What is told of findings after the file's own comments were heard. */
function reportOf(
  parsed: ParsedConfig,
  silencer: Silencer,
  found: readonly Diagnostic[],
  {
    tiers,
    skipped,
    facts,
    estimate,
  }: Pick<ValidationReport, "skipped" | "facts" | "estimate"> & { tiers: readonly Tier[] },
): ValidationReport {
  const { told, silenced } = silencer.part(found);
  const undisputed = withoutDisputes(parsed, told);
  const diagnostics = [...undisputed, ...silencer.remarks({ tiers, skipped })].toSorted(byPlace);
  return { file: parsed.file, ok: !hasErrors(diagnostics), diagnostics, skipped, silenced, facts, estimate };
}

/** Reads a config file. A folder, a pipe or a file that is missing is a `UserError`. */
export function readConfigFile(file: string): string {
  const advice = t("Name a config file, such as finetune.yaml.");
  try {
    const stats = statSync(file);
    if (stats.isFile()) return readFileSync(file, "utf8");
    const problem = stats.isDirectory() ? t("{0} is a folder.", file) : t("{0} is not a file.", file);
    throw new UserError("config-not-a-file", problem, { file, advice });
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const errno = errnoOf(cause);
    if (errno === "ENOENT" || errno === "ENOTDIR") {
      throw new UserError("config-missing", t("The config file {0} does not exist.", file), { file, advice, cause });
    }
    const reason = errno === "EACCES" ? t("no permission") : String(errno ?? cause);
    throw new UserError("config-unreadable", t("The config file {0} cannot be read: {1}.", file, reason), {
      file,
      advice,
      cause,
    });
  }
}
