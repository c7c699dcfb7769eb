import { hasErrors, placeless, type Diagnostic } from "../config/diagnostic.ts";
import { preflight } from "../config/preflight.ts";
import { resolveConfig } from "../config/resolve.ts";
import { isScriptConfig, type AnyResolvedConfig, type Origins, type ResolvedConfig } from "../config/types.ts";
import { checkFile } from "../config/validate.ts";
import type { DataFileFacts } from "../launch/environment.ts";
import { ConfigRefused } from "./start-refused.ts";

/** A config that may start: no check found an error. */
export interface StartableConfig {
  config: ResolvedConfig;
  origins: Origins;
  /** The file's text as written. */
  source: string;
  /** Data files as the check read them. */
  dataFiles: DataFileFacts[];
  /** Warnings and remarks. */
  diagnostics: Diagnostic[];
  /** Optimizer steps planned in all; null when not known. */
  totalSteps: number | null;
}

export interface CheckOptions {
  /** `key=value` texts. */
  overrides: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Ends the reading of data; the check then throws its reason. */
  signal?: AbortSignal;
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
  };
}

/** Checks the config of a fork: the parent's with some keys set anew. Throws `ConfigRefused`. */
export async function startableFork(
  parent: { config: AnyResolvedConfig; origins: Origins; source: string; file: string; baseDir: string },
  { overrides, env }: CheckOptions,
): Promise<StartableConfig> {
  const { config, origins: direct, diagnostics } = resolveConfig({}, { parent: parent.config, overrides });
  if (!config || isScriptConfig(config)) throw new ConfigRefused(parent.file, diagnostics, "");
  // What nobody wrote in the parent is nobody's choice in the fork either: checks must not complain about it.
  const origins = Object.fromEntries(
    Object.entries(direct).map(([key, origin]) => [
      key,
      origin === "parent" && parent.origins[key] === "default" ? "default" : origin,
    ]),
  );
  const found = await preflight({ config, origins, written: {}, parsed: undefined, baseDir: parent.baseDir, env });
  const all = [...diagnostics, ...found.findings.map(placeless)];
  if (hasErrors(all)) throw new ConfigRefused(parent.file, all, "");
  return {
    config,
    origins,
    source: parent.source,
    dataFiles: factsOf(found.data?.files),
    diagnostics: all,
    totalSteps: found.facts.totalSteps,
  };
}

const factsOf = (files: readonly DataFileFacts[] = []): DataFileFacts[] =>
  files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
