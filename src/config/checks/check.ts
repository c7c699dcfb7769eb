import type { ClassificationData } from "../../data/types.ts";
import type { Finding } from "../diagnostic.ts";
import type { Origins, ResolvedConfig } from "../types.ts";

/** What a check may look at. */
export interface CheckContext {
  config: ResolvedConfig;
  origins: Origins;
  /** Folder relative paths start from. */
  baseDir: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

export interface CheckResult {
  findings: Finding[];
  /** What the data check read, for facts and hashes. */
  data?: Omit<ClassificationData, "train" | "eval"> & { rows: { train: number; eval: number } };
  /** Why checks of this group were not made. */
  skipped?: { id: string; reason: string }[];
}

/** A check of a resolved config against the world it will run in. */
export interface Check {
  /** What it finds, by id, as `docs/config.md` lists it. */
  finds: Readonly<Record<string, string>>;
  run(context: CheckContext): CheckResult | Promise<CheckResult>;
}

/** Whether a value was written (in the file, an override or the parent) and is not a default. */
export const isWritten = ({ origins }: CheckContext, key: string): boolean =>
  origins[key] !== undefined && origins[key] !== "default";
