import { statSync } from "node:fs";
import { hostname } from "node:os";
import * as v from "valibot";
import { readJson, writeJsonAtomic } from "../../base/files.ts";
import type { RecordedRun } from "../../config/estimate/types.ts";
import { storePaths } from "../layout.ts";
import { makeStore } from "../workspace.ts";

/** Paces that are kept; the oldest go first. */
const MOST = 50;

/** What the second step of a smoke run took. */
export type SmokePace = RecordedRun & { secondsPerStep: number; smoke: NonNullable<RecordedRun["smoke"]> };

const amount = v.nullable(v.number());
const keptPace = v.object({
  host: v.string(),
  framework: v.string(),
  family: v.picklist(["full", "lora", "qlora"]),
  accelerator: v.string(),
  model: v.string(),
  parameters: amount,
  secondsPerStep: v.number(),
  tokensPerStep: amount,
  smoke: v.object({ atMs: v.number(), rowsPerStep: v.number(), maxLength: v.number() }),
});
type KeptPace = v.InferOutput<typeof keptPace>;

/**
 * Keeps the pace of a smoke run in a store, which is made when it is not there. One of the same trainer, method, model, batch,
 * length and machine takes the place of the last. Two processes that do so at once may lose one of the two.
 */
export function rememberPace(root: string, pace: SmokePace): void {
  const { framework, family, accelerator, model, parameters, secondsPerStep, tokensPerStep, smoke } = pace;
  const kept = {
    host: hostname(),
    framework,
    family,
    accelerator,
    model,
    parameters,
    secondsPerStep,
    tokensPerStep,
    smoke,
  };
  const others = keptPaces(root).filter((one) => keyOf(one) !== keyOf(kept));
  makeStore(root);
  writeJsonAtomic(storePaths(root).smokeRuns, [kept, ...others].slice(0, MOST));
}

/** Paces of smoke runs on this machine, newest first. A file that is none is as good as none: the next smoke run replaces it. */
export const rememberedPaces = (root: string): RecordedRun[] =>
  keptPaces(root)
    .filter(({ host }) => host === hostname())
    .map(({ host: _host, ...pace }) => ({ ...pace, estimatedBytes: null, peakBytes: null }));

/** Changes when another pace is remembered. */
export const pacesMark = (root: string): number =>
  statSync(storePaths(root).smokeRuns, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function keptPaces(root: string): KeptPace[] {
  const kept = v.safeParse(v.array(v.unknown()), readJson(storePaths(root).smokeRuns));
  return kept.success ? kept.output.filter((one): one is KeptPace => v.is(keptPace, one)) : [];
}

const keyOf = ({ host, framework, family, accelerator, model, smoke }: KeptPace): string =>
  JSON.stringify([host, framework, family, accelerator, model, smoke.rowsPerStep, smoke.maxLength]);
