import type { Finding } from "../diagnostic.ts";
import { TIERS, type Check, type CheckContext, type CheckResult, type ScriptContext, type Tier } from "./check.ts";
import { CHECKS } from "./index.ts";

/** A check that was not made, and why. */
export interface SkippedCheck {
  id: string;
  reason: string;
}

/** What the checks of one tier found. */
export interface TierResult {
  findings: Finding[];
  skipped: SkippedCheck[];
}

/**
 * Makes the checks of a tier one after the other; those of a tier share what was read. Throws the signal's reason when it
 * is aborted; a check never throws for what it finds.
 */
export async function runTier(
  tier: Tier,
  context: { trained: CheckContext } | { script: ScriptContext },
): Promise<TierResult> {
  const result: TierResult = { findings: [], skipped: [] };
  for (const check of CHECKS[tier]) {
    const found = await ("trained" in context ? check.run?.(context.trained) : check.runScript?.(context.script));
    if (found) add(result, check, found);
    ("trained" in context ? context.trained : context.script).signal?.throwIfAborted();
  }
  return result;
}

function add(result: TierResult, { id }: Check, found: CheckResult): void {
  if ("unchecked" in found) {
    result.skipped.push({ id, reason: found.unchecked });
    if ("findings" in found) result.findings.push(...found.findings);
  } else {
    result.findings.push(...found);
  }
}

/** The tiers up to those asked for, in the order they are made. */
export const tiersIn = (wanted: readonly Tier[]): Tier[] => TIERS.filter((tier) => wanted.includes(tier));
