import { hasErrors, placeless, type Diagnostic, type Finding } from "../config/diagnostic.ts";
import { toRecord } from "../config/estimate/estimate.ts";
import type { RecordedEstimate, RecordedRun } from "../config/estimate/types.ts";
import { parseConfig } from "../config/parse.ts";
import { preflight } from "../config/preflight.ts";
import { resolveConfig } from "../config/resolve.ts";
import { createSilencer, type SilencedFinding } from "../config/silence.ts";
import type { AnyResolvedConfig, Origins } from "../config/types.ts";
import { checkFile } from "../config/validate.ts";
import type { DataFileFacts } from "../launch/environment.ts";
import { ConfigRefused } from "./start-refused.ts";

/** A config that may start: no check found an error. */
export interface StartableConfig {
  config: AnyResolvedConfig;
  origins: Origins;
  /** The file's text as written. */
  source: string;
  /** Data files as the check read them. */
  dataFiles: DataFileFacts[];
  /** Warnings and remarks. */
  diagnostics: Diagnostic[];
  /** Optimizer steps planned in all; null when not known. */
  totalSteps: number | null;
  /** What the run is expected to take; null when not known. */
  estimate: RecordedEstimate | null;
  /** Findings that comments of the config silenced. */
  silenced: SilencedFinding[];
}

export interface CheckOptions {
  /** `key=value` texts. */
  overrides: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Ends the reading of data; the check then throws its reason. */
  signal?: AbortSignal;
  /** What earlier runs on this machine took. */
  history?: readonly RecordedRun[];
}

/** Checks a config file as the start of a run needs it. Throws `ConfigRefused` for one with errors. */
export async function startableFile(file: string, options: CheckOptions): Promise<StartableConfig> {
  const { report, source, config, origins, data } = await checkFile(file, options);
  if (!config) throw new ConfigRefused(report.file, report.diagnostics, source);
  return {
    config,
    origins,
    source,
    dataFiles: factsOf(data?.files),
    diagnostics: report.diagnostics,
    totalSteps: report.facts.totalSteps,
    estimate: report.estimate && toRecord(report.estimate),
    silenced: report.silenced,
  };
}

/** Checks the config of a fork: the parent's with some keys set anew. Throws `ConfigRefused`. */
export async function startableFork(
  parent: { config: AnyResolvedConfig; origins: Origins; source: string; file: string; baseDir: string },
  { overrides, env, history }: CheckOptions,
): Promise<StartableConfig> {
  const { config, origins: direct, diagnostics } = resolveConfig({}, { parent: parent.config, overrides });
  if (!config) throw new ConfigRefused(parent.file, diagnostics, "");
  // What nobody wrote in the parent is nobody's choice in the fork either: checks must not complain about it.
  const origins = Object.fromEntries(
    Object.entries(direct).map(([key, origin]) => [
      key,
      origin === "parent" && parent.origins[key] === "default" ? "default" : origin,
    ]),
  );
  const found = await preflight({
    config,
    origins,
    written: {},
    parsed: undefined,
    baseDir: parent.baseDir,
    env,
    ...(history ? { history } : {}),
  });
  const { told, silenced } = unlessSilenced(found.findings, parent.source, parent.file);
  const all = [...diagnostics, ...told.map(placeless)];
  if (hasErrors(all)) throw new ConfigRefused(parent.file, all, "");
  return {
    config,
    origins,
    source: parent.source,
    dataFiles: factsOf(found.data?.files),
    diagnostics: all,
    totalSteps: found.facts.totalSteps,
    estimate: found.estimate && toRecord(found.estimate),
    silenced,
  };
}

/** What the comments in the parent's text silence is silenced in its forks too. */
function unlessSilenced(findings: readonly Finding[], source: string, file: string) {
  const parsed = parseConfig(source, file);
  const silencer = createSilencer(parsed);
  const parts = findings.map((finding) => ({ finding, ...silencer.part([parsed.place(finding)]) }));
  return {
    told: parts.filter(({ told }) => told.length > 0).map(({ finding }) => finding),
    silenced: parts.flatMap(({ silenced }) => silenced),
  };
}

const factsOf = (files: readonly DataFileFacts[] = []): DataFileFacts[] =>
  files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
