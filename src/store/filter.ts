import { t } from "../base/l10n.ts";
import { nearest } from "../base/nearest.ts";
import { fromJsonNumber } from "../base/numbers.ts";
import type { RunListItem } from "../runs/model.ts";
import { FilterError, type FilterTerm, named, readFilter } from "./filter-syntax.ts";

/** A filter ready to be asked about runs. */
export interface RunFilter {
  /** Whether `matches` looks at the config, at the metrics: only then need they be read. */
  readonly usesConfig: boolean;
  readonly usesMetrics: boolean;
  /** Whether it has no condition at all. */
  readonly takesAll: boolean;
  /** `config`: the run's resolved config. */
  matches(run: RunListItem, config: Record<string, unknown>): boolean;
}

type Value = string | number | boolean | null | undefined | readonly string[];
/** What of a run a condition looks at. */
type Part = "run" | "metrics" | "config";
type Test = (run: RunListItem, config: Record<string, unknown>) => boolean;

/** What a run has by itself. Keys with a slash are metrics, other keys with a dot are config keys. */
const FIELDS: Record<string, (run: RunListItem) => Value> = {
  id: (run) => run.id,
  name: (run) => run.name,
  state: (run) => run.state,
  cause: (run) => run.cause,
  tag: (run) => run.tags,
  note: (run) => run.note,
  starred: (run) => run.starred,
  trashed: (run) => run.trashed,
  project: (run) => run.project,
  task: (run) => run.task,
  model: (run) => run.model,
  method: (run) => run.method,
  file: (run) => run.configFile,
  parent: (run) => run.parent?.run,
  step: (run) => run.progress.step,
  epoch: (run) => run.progress.epoch,
  created: (run) => run.createdMs,
  started: (run) => run.startedMs,
  ended: (run) => run.endedMs,
};
const TIMES = new Set(["created", "started", "ended"]);

/** The names a filter knows by itself, for completion. */
export const FILTER_FIELDS: readonly string[] = Object.keys(FIELDS);

/**
 * Reads a filter: words separated by spaces must all hold, `OR` stands between alternatives, `-` before a word turns it
 * round. `key:value` equals (without regard to case; a tag among others), `=` equals exactly (numbers by value), `>` `<` `>=`
 * `<=` compare numbers and dates, `~` contains. A free word is looked for in the name. Quotes hold spaces together.
 * Throws a `FilterError` (a `UserError`) that names the token and its place.
 */
export function parseFilter(text: string): RunFilter {
  const uses = new Set<Part>();
  const alternatives = readFilter(text).map((terms) =>
    terms.map((term): Test => {
      const { of, holds } = testOf(term);
      uses.add(of);
      return (run, config) => holds(run, config) !== term.negated;
    }),
  );
  return {
    takesAll: uses.size === 0,
    usesConfig: uses.has("config"),
    usesMetrics: uses.has("metrics"),
    matches: (run, config) => alternatives.some((tests) => tests.every((test) => test(run, config))),
  };
}

function testOf(term: FilterTerm): { of: Part; holds: Test } {
  if (term.operator === undefined) return { of: "run", holds: (run) => contains(run.name, term.value) };
  const compare = comparison(term);
  const field = Object.hasOwn(FIELDS, term.key) ? FIELDS[term.key] : undefined;
  if (field) return { of: "run", holds: (run) => compare(field(run)) };
  if (term.key.includes("/")) return { of: "metrics", holds: (run) => compare(metricOf(run, term.key)) };
  if (term.key.includes(".")) return { of: "config", holds: (_, config) => compare(configValue(config, term.key)) };
  const near = nearest(term.key, FILTER_FIELDS);
  throw new FilterError(
    term,
    t("Filter: “{0}” at character {1} is about an unknown key.", ...named(term)),
    (near === undefined ? "" : `${t("Did you mean “{0}”?", near)} `) +
      t("Metrics have a slash (eval/loss), config keys a dot (train.learning_rate)."),
  );
}

function comparison(term: FilterTerm): (value: Value) => boolean {
  const { operator, value: wanted } = term;
  const number = TIMES.has(term.key) ? Date.parse(wanted) : numberOf(wanted);
  switch (operator) {
    case "~":
      return (value) => textsOf(value).some((text) => contains(text, wanted));
    case ":":
      return (value) =>
        (typeof value === "number" && Object.is(value, number)) ||
        textsOf(value).some((text) => text.toLowerCase() === wanted.toLowerCase());
    case "=":
      return (value) => (typeof value === "number" ? Object.is(value, number) : textsOf(value).includes(wanted));
    default:
  }
  if (number === undefined || Number.isNaN(number)) {
    const [problem, example] = TIMES.has(term.key)
      ? [t("Filter: “{0}” at character {1} needs a date.", ...named(term)), "created>2026-01-31"]
      : [t("Filter: “{0}” at character {1} needs a number.", ...named(term)), `${term.key}${operator}0.5`];
    throw new FilterError(term, problem, t("For example {0}.", example));
  }
  const holds = (value: number): boolean =>
    operator === ">"
      ? value > number
      : operator === "<"
        ? value < number
        : operator === ">="
          ? value >= number
          : value <= number;
  return (value) => typeof value === "number" && holds(value);
}

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

function numberOf(text: string): number | undefined {
  if (text.trim() === "") return undefined;
  const plain = Number(text);
  return Number.isNaN(plain) ? fromJsonNumber(text) : plain;
}

/** A value as the words a person would write for it; a missing value is the empty word. */
function textsOf(value: Value): readonly string[] {
  if (Array.isArray(value)) return value as readonly string[];
  if (value === true) return ["yes", "true"];
  if (value === false) return ["no", "false"];
  return [value === undefined || value === null ? "" : String(value)];
}

/** A metric's last value; with `.min` or `.max` behind the name its extreme. */
function metricOf(run: RunListItem, key: string): Value {
  const metric = run.metrics[key];
  if (metric) return fromJsonNumber(metric.last);
  const [, name, which] = /^(.+)\.(last|min|max)$/u.exec(key) ?? [];
  const summary = name === undefined ? undefined : run.metrics[name];
  return fromJsonNumber(summary?.[which as "last" | "min" | "max"]);
}

function configValue(config: Record<string, unknown>, key: string): Value {
  let value: unknown = config;
  for (const part of key.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Value);
}
