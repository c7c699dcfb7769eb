import type { Finding, Severity } from "../diagnostic.ts";
import type { Facts } from "../facts/facts.ts";
import type { ParsedConfig } from "../parse.ts";
import type { PlainMap } from "../schema/view.ts";
import type { Origins, ResolvedConfig, ResolvedScriptConfig } from "../types.ts";

/** What a check has to look at: the text alone, data files, the model's files, or this machine. Later ones take longer. */
export type Tier = "text" | "files" | "model" | "machine";
export const TIERS: readonly Tier[] = ["text", "files", "model", "machine"];

interface Surroundings {
  origins: Origins;
  /** The file's content as plain values, wrong parts included; `{}` for a fork. */
  written: PlainMap;
  /** The file as it was parsed; undefined for a fork. */
  parsed: ParsedConfig | undefined;
  /** Folder relative paths start from. */
  baseDir: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** What a check may look at. Parts of the config that were written wrong have their defaults. */
export interface CheckContext extends Surroundings {
  config: ResolvedConfig;
  facts: Facts;
}

/** The same for `task: script`. */
export interface ScriptContext extends Surroundings {
  config: ResolvedScriptConfig;
}

/** Why a check was not made: a sentence without a full stop. */
export interface Unchecked {
  readonly unchecked: string;
}
export const unchecked = (reason: string): Unchecked => ({ unchecked: reason });

/** Findings, or the reason why nothing could be said; both where a part was checked. */
export type CheckResult = readonly Finding[] | Unchecked | (Unchecked & { readonly findings: readonly Finding[] });

/** One thing that can be wrong with a fine-tune. A new one is a file in the folder of its tier and a line in that folder's table. */
export interface Check {
  /** `C34`. The parts of a check that need more than its first tier are modules of their own with the same id. */
  readonly id: string;
  /** Severities its findings may have, the worst first. */
  readonly severity: Severity | readonly Severity[];
  /** What it finds, for the table in `docs/config.md`: a phrase in lower case. */
  readonly title: string;
  /** Why it matters and what happens otherwise: whole sentences, shown in hovers and `docs/config.md`. */
  readonly why: string;
  run?(context: CheckContext): CheckResult | Promise<CheckResult>;
  runScript?(context: ScriptContext): CheckResult | Promise<CheckResult>;
}

/** Whether a value was written (in the file, an override or the parent) and is not a default. */
export const isWritten = ({ origins }: Pick<Surroundings, "origins">, key: string): boolean =>
  origins[key] !== undefined && origins[key] !== "default";
