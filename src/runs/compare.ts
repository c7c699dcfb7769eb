import { fromJsonNumber, type JsonNumber } from "../base/numbers.ts";
import { goalOf } from "./headline.ts";
import type { RunRecord } from "./model.ts";

/** One key whose value is not the same in all runs. Values in the order of the runs; undefined where a run lacks it. */
export interface Difference {
  key: string;
  values: unknown[];
}

/** One key of nested objects laid side by side, in all of them the same or not. */
export interface KeyComparison extends Difference {
  /** In the order of the runs: whether the run has the key at all. */
  present: boolean[];
  differs: boolean;
}

/** A metric as each run reached it at the checkpoint it would be used from. null where a run lacks it. */
export interface FinalMetric {
  name: string;
  goal: "min" | "max" | null;
  values: (JsonNumber | null)[];
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

/** What differs in every run by its nature. */
const NOT_COMPARED = /^(?:takenMs$|estimate(?:\.|$))/;

/** Compares runs key by key. Only differing keys of config and environment are listed; of metrics all that any run has. */
export function compareRuns(runs: readonly RunRecord[]): Comparison {
  return {
    runs: runs.map(({ id, name, state }) => ({ id, name, state })),
    config: differences(runs.map((run) => run.config)),
    environment: differences(runs.map((run) => run.environment)).filter(({ key }) => !NOT_COMPARED.test(key)),
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

/** All keys of nested objects laid side by side under their dotted names, in the order they first appear. */
export function compareKeys(objects: readonly unknown[]): KeyComparison[] {
  const flat = objects.map((object) => leaves(object));
  const keys = new Set(flat.flatMap((object) => [...object.keys()]));
  return [...keys].map((key) => {
    const values = flat.map((object) => object.get(key));
    const differs = new Set(values.map((value) => JSON.stringify(value) ?? "")).size > 1;
    return { key, values, present: flat.map((object) => object.has(key)), differs };
  });
}

/** The keys whose values are not the same in all objects. */
export const differences = (objects: readonly unknown[]): Difference[] =>
  compareKeys(objects)
    .filter(({ differs }) => differs)
    .map(({ key, values }) => ({ key, values }));

/** The step of the checkpoint a run would be used from: the best one, kept or not; undefined before there is one. */
export const bestStepOf = ({ checkpoints }: Pick<RunRecord, "checkpoints">): number | undefined =>
  checkpoints.findLast(({ tags }) => tags.includes("best"))?.step;

/**
 * What the runs measured of their models, each at its best checkpoint: what that checkpoint was saved with, else (no best
 * checkpoint, or one saved without it) the last value. The training loss stands in only where nothing was measured.
 */
export function finalsAtBest(runs: readonly Pick<RunRecord, "metrics" | "checkpoints">[]): FinalMetric[] {
  const all = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))];
  const measured = all.filter((name) => isResult(name) && !name.startsWith("train/"));
  const names = measured.length > 0 ? measured : all.filter((name) => name === "train/loss");
  return names.map((name) => ({
    name,
    goal: goalOf(name),
    values: runs.map(({ metrics, checkpoints }) => {
      const best = checkpoints.findLast(({ tags }) => tags.includes("best"));
      return best?.metrics[name] ?? metrics[name]?.last ?? null;
    }),
  }));
}

/** System samples say what the machine did, not what the run reached: they are left out. */
const isResult = (name: string): boolean => !name.startsWith("system/");

function finalMetrics(runs: readonly RunRecord[]): MetricComparison[] {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].filter((name) => isResult(name)).sort();
  return names.map((name) => {
    const values = runs.map((run) => run.metrics[name]?.last ?? null);
    const numbers = values.map((value) => fromJsonNumber(value) ?? Number.NaN);
    const first = numbers[0] ?? Number.NaN;
    return { name, goal: goalOf(name), values, deltas: numbers.map((number) => finite(number - first)) };
  });
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
