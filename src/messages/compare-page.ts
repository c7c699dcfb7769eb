/** The contract of the compare page. */
import * as v from "valibot";
import { pageAction } from "./actions.ts";
import { jsonNumber, type PageContract } from "./envelope.ts";
import { runHead } from "./run-view.ts";
import { seriesQueries } from "./series.ts";
import { tableQueries } from "./tables.ts";

export const difference = v.object({
  key: v.string(),
  /** In the order of the runs; null with `absent` true where a run lacks the key. */
  values: v.array(v.object({ value: v.unknown(), absent: v.boolean() })),
  differs: v.boolean(),
});
export type PageDifference = v.InferOutput<typeof difference>;

export const compareView = v.object({
  /** In the order of their letters A, B, C…; the first is not always the baseline. */
  runs: v.array(
    v.object({
      ...runHead.entries,
      /** Short commit, null without git; uncommitted files, null when unknown. */
      commit: v.nullable(v.string()),
      uncommitted: v.nullable(v.number()),
      durationMs: v.nullable(v.number()),
      stepsPerSecond: v.nullable(v.number()),
      /** Peak use in bytes: GPU when the run had one, else main memory. */
      peakMemoryBytes: v.nullable(v.number()),
      evaluations: v.number(),
    }),
  ),
  /** Runs asked for that are no more. */
  missing: v.array(v.string()),
  baseline: v.string(),
  config: v.array(difference),
  environment: v.array(difference),
  /** Row counts, hashes and seed: what the subtitle says. */
  sameData: v.nullable(v.boolean()),
  trainRows: v.nullable(v.number()),
  evalRows: v.nullable(v.number()),
  seed: v.nullable(v.number()),
  /** Metric values at each run's best checkpoint (last value without one). */
  finals: v.array(
    v.object({
      name: v.string(),
      goal: v.nullable(v.picklist(["min", "max"])),
      values: v.array(v.nullable(jsonNumber)),
    }),
  ),
});
export type CompareView = v.InferOutput<typeof compareView>;

export const comparePage = {
  view: compareView,
  queries: { ...seriesQueries, ...tableQueries },
  actions: pageAction,
} as const satisfies PageContract;
export type ComparePage = typeof comparePage;
