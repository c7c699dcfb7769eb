import type { DataFacts, Facts } from "./facts/facts.ts";
import { factsOf } from "./facts/index.ts";
import { TIERS, type CheckContext, type ScriptContext, type Tier } from "./checks/check.ts";
import { planFor } from "./checks/files/plan.ts";
import { estimate } from "./estimate/estimate.ts";
import { estimateInput } from "./estimate/gather.ts";
import type { Estimate, RecordedRun } from "./estimate/types.ts";
import { runTier, tiersIn, type SkippedCheck } from "./checks/run.ts";
import type { Finding } from "./diagnostic.ts";
import { isScriptConfig, type AnyResolvedConfig, type ResolvedConfig } from "./types.ts";

/** Figures of the run that is planned; null where they are not known. */
export interface RunFacts {
  rows: { train: number; eval: number } | null;
  classes: number | null;
  stepsPerEpoch: number | null;
  totalSteps: number | null;
  warmupSteps: number | null;
  /** Rows of an optimizer step; packed ones where rows are packed. */
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
  skipped: SkippedCheck[];
  facts: RunFacts;
  /** What was read of the data; undefined when it was not looked at or could not be read. */
  data: DataFacts | undefined;
  /** What the run will take; null for the user's own script, and where neither model nor machine were looked at. */
  estimate: Estimate | null;
}

/** What is checked: a resolved config, whose wrong parts were left out, and what it was written as. */
export type PreflightInput = Omit<CheckContext, "config" | "facts"> & {
  config: AnyResolvedConfig;
  /** Tiers of checks that are made; all when left out. */
  tiers?: readonly Tier[];
  /** Told when a tier is done, so that a window shows what is known while the rest is looked at. */
  onTier?: (tier: Tier, findings: readonly Finding[]) => void;
  /** What is known of this config's world; looked up anew when left out. */
  facts?: Facts;
  /** What earlier runs on this machine took: corrects the estimate. */
  history?: readonly RecordedRun[];
};

/** Looks, before anything starts, for what would make a run fail in its first minute. */
export async function preflight({
  config,
  tiers = TIERS,
  onTier,
  facts: given,
  history,
  ...rest
}: PreflightInput): Promise<Preflight> {
  const context = isScriptConfig(config)
    ? { script: { ...rest, config } satisfies ScriptContext }
    : trained(config, rest, given, history);
  const findings: Finding[] = [];
  const skipped: SkippedCheck[] = [];
  for (const tier of tiersIn(tiers)) {
    const found = await runTier(tier, context);
    findings.push(...found.findings);
    skipped.push(...found.skipped);
    onTier?.(tier, found.findings);
  }
  const data = "trained" in context && tiers.includes("files") ? await context.trained.facts.data() : undefined;
  const facts = data?.known ? data.facts : undefined;
  return {
    findings,
    skipped,
    facts: facts && !isScriptConfig(config) ? runFacts(config, facts) : UNKNOWN_FACTS,
    data: facts,
    estimate: "trained" in context ? await estimated(context.trained, tiers) : null,
  };
}

async function estimated(context: CheckContext, tiers: readonly Tier[]): Promise<Estimate | null> {
  if (!tiers.includes("model") && !tiers.includes("machine")) return null;
  return estimate(context.config, await estimateInput(context, tiers));
}

function trained(
  config: ResolvedConfig,
  rest: Omit<CheckContext, "config" | "facts">,
  given: Facts | undefined,
  history: readonly RecordedRun[] | undefined,
): { trained: CheckContext } {
  const facts = given ?? factsOf(config, rest.baseDir, rest.env, rest.signal);
  return { trained: { ...rest, config, facts: history ? { ...facts, history } : facts } };
}

function runFacts(config: ResolvedConfig, data: DataFacts): RunFacts {
  const { rows, labels } = data;
  const { stepsPerEpoch, totalSteps, warmupSteps, effectiveBatch } = planFor(config, data);
  const classes = labels.length === 0 ? null : labels.length;
  return { rows, classes, stepsPerEpoch, totalSteps, warmupSteps, effectiveBatch };
}
