/** The contract of the compare page. */
import * as v from "valibot";
import { pageAction } from "./actions.ts";
import { jsonNumber, type PageContract } from "./envelope.ts";
import { runHead } from "./run-view.ts";
import { seriesQueries } from "./series.ts";
import { tableQueries } from "./tables.ts";

/** One key of config or environment in all runs. */
export const difference = v.object({
  /** Dotted. */
  key: v.string(),
  /** In the order of the runs; null with `absent` true where a run lacks the key. */
  values: v.array(v.object({ value: v.unknown(), absent: v.boolean() })),
  differs: v.boolean(),
});
export type PageDifference = v.InferOutput<typeof difference>;

export const comparedRun = v.object({
  ...runHead.entries,
  /** Time it trained, pauses between stop and resume left out; grows while it runs. */
  durationMs: v.nullable(v.number()),
  /** Optimizer steps a second, evaluations included; null when unknown. */
  stepsPerSecond: v.nullable(v.number()),
  /** Peak use: of the fullest GPU when the run had one, else of the run's own processes. */
  peakMemory: v.nullable(v.object({ bytes: v.number(), of: v.picklist(["gpu", "main"]) })),
  evaluations: v.number(),
  /** Step of the best checkpoint; null before there is one. */
  bestStep: v.nullable(v.number()),
  trainRows: v.nullable(v.number()),
  evalRows: v.nullable(v.number()),
  seed: v.nullable(v.number()),
  /** Equal where the data files had the same content; null when they were not recorded. */
  data: v.nullable(v.string()),
  /** Equal where commit and uncommitted changes were the same; null when the code was not recorded. */
  code: v.nullable(v.string()),
});
export type PageComparedRun = v.InferOutput<typeof comparedRun>;

export const compareView = v.object({
  /** In the order of their letters A, B, C…; the first is not always the baseline. */
  runs: v.array(comparedRun),
  /** Runs asked for that are no more. */
  missing: v.array(v.string()),
  /** The run others are compared with unless the person chooses another one in the page; empty without any run. */
  baseline: v.string(),
  config: v.array(difference),
  environment: v.array(difference),
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
export type PageFinal = CompareView["finals"][number];

export const codeChange = v.object({
  /** Relative to the repository. */
  path: v.string(),
  change: v.picklist(["added", "changed", "removed"]),
});
export type PageCodeChange = v.InferOutput<typeof codeChange>;

export const comparePage = {
  view: compareView,
  queries: {
    ...seriesQueries,
    ...tableQueries,
    /** Files that differ between the code of two runs; fails with the reason when it cannot be told. */
    codeChanges: {
      args: v.object({ a: v.string(), b: v.string() }),
      answer: v.array(codeChange),
    },
  },
  actions: pageAction,
} as const satisfies PageContract;
export type ComparePage = typeof comparePage;
