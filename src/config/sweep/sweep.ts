import { basename } from "node:path";
import { createRandom, type Random } from "../../base/random.ts";
import { isMap, type PlainMap } from "../schema/view.ts";

/** A file that describes a sweep, by its name. */
export const isSweepFile = (path: string): boolean => /\.sweep\.ya?ml$/i.test(basename(path));

/** Values one key takes: listed, or drawn between two ends. */
export interface SweepParameter {
  values?: readonly unknown[];
  distribution?: "uniform" | "log_uniform_values" | "int_uniform";
  min?: number;
  max?: number;
}

/** A sweep as it is written in a `*.sweep.yaml`; what is left out is undefined. */
export interface Sweep {
  base?: string;
  method?: "grid" | "random";
  metric?: { name: string; goal?: "maximize" | "minimize" };
  parameters?: Record<string, SweepParameter>;
  /** Values that go together, as sets. */
  zip?: Record<string, unknown>[];
  max_runs?: number;
}

/** The content of a sweep file whose shape is right; a parameter or group with nothing under it is empty. */
export function asSweep(value: PlainMap): Sweep {
  const { parameters, metric, zip, ...rest } = value;
  const named = isMap(parameters) ? Object.entries(parameters) : [];
  return {
    ...rest,
    parameters: Object.fromEntries(named.map(([key, one]) => [key, isMap(one) ? one : {}])),
    ...(isMap(metric) && typeof metric["name"] === "string" ? { metric: metric as NonNullable<Sweep["metric"]> } : {}),
    zip: Array.isArray(zip) ? zip.filter(isMap) : [],
  };
}

/** One value a trial gives a key, and where in the sweep it stands. */
export interface Assignment {
  /** Dotted key of the config. */
  key: string;
  value: unknown;
  /** Keys and positions in the sweep: `["parameters", "method.r", "values", 1]`. */
  from: (string | number)[];
}

/** One run of a sweep: the base config with some keys set. */
export type Trial = readonly Assignment[];

/** Trials that are looked at, or counted one by one, at most; nobody reads more. */
const MOST_TRIALS = 10_000;

const zipSets = (sweep: Sweep): readonly Record<string, unknown>[] =>
  sweep.zip && sweep.zip.length > 0 ? sweep.zip : [{}];

/** How many combinations a grid has; undefined for a random sweep. */
export function gridSize(sweep: Sweep): number | undefined {
  if (sweep.method === "random") return undefined;
  const counts = Object.values(sweep.parameters ?? {}).map(({ values }) => values?.length ?? 1);
  return counts.reduce((product, count) => product * count, zipSets(sweep).length);
}

/** How many runs the sweep starts. */
export function trialCount(sweep: Sweep): number {
  const size = gridSize(sweep) ?? sweep.max_runs ?? 0;
  return Math.min(size, sweep.max_runs ?? size);
}

/**
 * The trials in the order they are started: of a grid, the last parameter changing fastest; of a random sweep, drawn by the
 * base config's `run.seed`, so that the same file gives the same trials again.
 */
export function trialsOf(sweep: Sweep, seed: number): Trial[] {
  const count = Math.min(trialCount(sweep), MOST_TRIALS);
  if (sweep.method === "random") {
    const random = createRandom(seed);
    return Array.from({ length: count }, () => drawn(sweep, random));
  }
  return Array.from({ length: count }, (_, index) => combination(sweep, index));
}

/** The combination of a number, read as digits of which each parameter is one. */
function combination(sweep: Sweep, index: number): Trial {
  const parts: Assignment[][] = [];
  let rest = index;
  for (const [key, parameter] of Object.entries(sweep.parameters ?? {}).toReversed()) {
    const values = parameter.values ?? [];
    if (values.length === 0) continue;
    parts.push([listed(key, values, rest % values.length)]);
    rest = Math.floor(rest / values.length);
  }
  const sets = zipSets(sweep);
  parts.push(together(sets, rest % sets.length));
  return parts.toReversed().flat();
}

function drawn(sweep: Sweep, random: Random): Trial {
  const sets = zipSets(sweep);
  const set = together(sets, random.int(sets.length));
  const own = Object.entries(sweep.parameters ?? {}).flatMap(([key, parameter]): Assignment[] => {
    const { values } = parameter;
    if (values && values.length > 0) return [listed(key, values, random.int(values.length))];
    const value = drawnValue(parameter, random);
    return value === undefined ? [] : [{ key, value, from: ["parameters", key] }];
  });
  return [...set, ...own];
}

const listed = (key: string, values: readonly unknown[], index: number): Assignment => ({
  key,
  value: values[index],
  from: ["parameters", key, "values", index],
});

const together = (sets: readonly Record<string, unknown>[], index: number): Assignment[] =>
  Object.entries(sets[index] ?? {}).map(([key, value]) => ({ key, value, from: ["zip", index, key] }));

/** A value of a distribution; W&B's names. Rates get six digits, as somebody would write them. */
function drawnValue({ distribution, min, max }: SweepParameter, random: Random): number | undefined {
  if (min === undefined || max === undefined || min > max) return undefined;
  const share = random.next();
  switch (distribution) {
    case "int_uniform":
      return Math.ceil(min) + Math.floor(share * (Math.floor(max) - Math.ceil(min) + 1));
    case "log_uniform_values":
      return min > 0 ? rounded(Math.exp(Math.log(min) + share * (Math.log(max) - Math.log(min)))) : undefined;
    default:
      return rounded(min + share * (max - min));
  }
}

const rounded = (value: number): number => Number(value.toPrecision(6));

/** A trial in words: `train.learning_rate=0.0001, method.r=8`. */
export const trialText = (trial: Trial): string =>
  trial.map(({ key, value }) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ");
