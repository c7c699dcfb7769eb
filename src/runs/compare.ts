import { fromJsonNumber, type JsonNumber } from "../base/numbers.ts";
import { higherIsBetter } from "../config/metrics.ts";
import type { RunRecord } from "./model.ts";

/** One key whose value is not the same in all runs. Values in the order of the runs; undefined where a run lacks it. */
export interface Difference {
  key: string;
  values: unknown[];
}

/** One metric at the end of each run, and its difference to the first run's. null where a run lacks it. */
export interface MetricComparison {
  name: string;
  /** Which way is better; null for what is no result (learning rate, gradient norm). */
  goal: "min" | "max" | null;
  values: (JsonNumber | null)[];
  /** value − first value; null for a run without the metric, or where either is not finite. The first is 0. */
  deltas: (number | null)[];
}

/** What was different between runs, and what came of it. */
export interface Comparison {
  runs: { id: string; name: string; state: string }[];
  config: Difference[];
  environment: Difference[];
  metrics: MetricComparison[];
}

/** Compares runs key by key. Only differing keys of config and environment are listed; of metrics all that any run has. */
export function compareRuns(runs: RunRecord[]): Comparison {
  return {
    runs: runs.map(({ id, name, state }) => ({ id, name, state })),
    config: differences(runs.map((run) => run.config)),
    environment: differences(runs.map((run) => run.environment)).filter(({ key }) => key !== "takenMs"),
    metrics: finalMetrics(runs),
  };
}

/** The leaves of a nested object under dotted keys; lists are leaves. */
function leaves(value: unknown, prefix = "", into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) leaves(inner, prefix ? `${prefix}.${key}` : key, into);
  } else into.set(prefix, value);
  return into;
}

function differences(objects: unknown[]): Difference[] {
  const flat = objects.map((object) => leaves(object));
  const keys = new Set(flat.flatMap((object) => [...object.keys()]));
  return [...keys]
    .map((key) => ({ key, values: flat.map((object) => object.get(key)) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value) ?? "")).size > 1);
}

/** System samples say what the machine did, not what the run reached: they are left out. */
const isResult = (name: string): boolean => !name.startsWith("system/");

function finalMetrics(runs: RunRecord[]): MetricComparison[] {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].filter((name) => isResult(name)).sort();
  return names.map((name) => {
    const values = runs.map((run) => run.metrics[name]?.last ?? null);
    const numbers = values.map((value) => fromJsonNumber(value) ?? Number.NaN);
    const first = numbers[0] ?? Number.NaN;
    return { name, goal: goalOf(name), values, deltas: numbers.map((number) => finite(number - first)) };
  });
}

function goalOf(name: string): MetricComparison["goal"] {
  if (!name.startsWith("eval/") && name !== "train/loss") return null;
  return higherIsBetter(name) ? "max" : "min";
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
