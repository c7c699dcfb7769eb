import type { ClassificationData } from "../data/types.ts";
import { planOf } from "./arithmetic.ts";
import type { CheckContext, CheckResult } from "./checks/check.ts";
import { CHECKS } from "./checks/index.ts";
import type { Finding } from "./diagnostic.ts";

/** Figures of the run that is planned; null where they are not known. */
export interface RunFacts {
  rows: { train: number; eval: number } | null;
  classes: number | null;
  stepsPerEpoch: number | null;
  totalSteps: number | null;
  warmupSteps: number | null;
  /** Rows of an optimizer step. */
  effectiveBatch: number | null;
}

export const UNKNOWN_FACTS: RunFacts = {
  rows: null,
  classes: null,
  stepsPerEpoch: null,
  totalSteps: null,
  warmupSteps: null,
  effectiveBatch: null,
};

export interface Preflight {
  findings: Finding[];
  skipped: { id: string; reason: string }[];
  facts: RunFacts;
  /** What the data check read: labels, class counts, files with sizes and hashes; undefined when it could not. */
  data: Omit<ClassificationData, "train" | "eval"> | undefined;
}

/** Looks, before anything starts, for what would make a run fail in its first minute. */
export async function preflight(context: CheckContext): Promise<Preflight> {
  const results: CheckResult[] = [];
  for (const check of CHECKS) results.push(await check.run(context));
  const data = results.find((result) => result.data)?.data;
  return {
    findings: results.flatMap((result) => result.findings),
    skipped: results.flatMap((result) => result.skipped ?? []),
    facts: data ? factsFor(context, data.rows, data.labels.length) : UNKNOWN_FACTS,
    data,
  };
}

function factsFor({ config }: CheckContext, rows: { train: number; eval: number }, classes: number): RunFacts {
  const { stepsPerEpoch, totalSteps, warmupSteps, effectiveBatch } = planOf(config, rows.train);
  return { rows, classes, stepsPerEpoch, totalSteps, warmupSteps, effectiveBatch };
}
