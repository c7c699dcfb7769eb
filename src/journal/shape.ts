import { fromJsonNumber } from "../base/numbers.ts";
import { RUN_STATES } from "./events.ts";

/** Brings one field of a decoded line into its form; `undefined` = the field does not fit and the line is damaged. */
type Field = (value: unknown) => unknown;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text: Field = (value) => (typeof value === "string" ? value : undefined);
const integer: Field = (value) => (Number.isSafeInteger(value) ? value : undefined);
const list: Field = (value) => (Array.isArray(value) ? value : undefined);
const object: Field = (value) => (isObject(value) ? value : undefined);
const flag: Field = (value) => (typeof value === "boolean" ? value : undefined);
const identity: Field = (value) => (isObject(value) && Number.isSafeInteger(value["pid"]) ? value : undefined);
const oneOf =
  (...values: readonly string[]): Field =>
  (value) =>
    typeof value === "string" && values.includes(value) ? value : undefined;

/** A record of numbers, NaN and infinities in any spelling; what is no number is left out. */
export function numbersOf(value: unknown): Record<string, number> | undefined {
  if (!isObject(value)) return undefined;
  const numbers: [string, number][] = [];
  for (const [name, raw] of Object.entries(value)) {
    const number = fromJsonNumber(raw);
    if (number !== undefined) numbers.push([name, number]);
  }
  return Object.fromEntries(numbers);
}

/** The field may be absent (or null): then it is `fallback`. */
const or =
  (field: Field, fallback: unknown): Field =>
  (value) =>
    value === undefined || value === null ? fallback : field(value);
const orNull = (field: Field): Field => or(field, null);

/** Fields of each kind that readers rely on. Fields named nowhere here are kept as they came. */
const SHAPES = new Map<unknown, Record<string, Field>>(
  Object.entries({
    journal: {
      version: integer,
      writer: oneOf("trainer", "runner"),
      run: or(text, ""),
      segment: integer,
      fromStep: integer,
    },
    start: {
      total: orNull(integer),
      epochs: orNull(fromJsonNumber),
      stepsPerEpoch: orNull(fromJsonNumber),
      facts: or(object, {}),
    },
    metrics: { step: integer, values: numbersOf },
    progress: {
      step: integer,
      total: orNull(integer),
      epoch: orNull(fromJsonNumber),
      samplesPerSecond: orNull(fromJsonNumber),
      etaMs: orNull(fromJsonNumber),
    },
    checkpoint: { step: integer, path: text, bytes: or(integer, 0), metrics: or(numbersOf, {}), best: or(flag, false) },
    "checkpoint-removed": { step: integer, path: text },
    table: { name: text, step: integer, columns: list, rows: list },
    baseline: { name: text, metrics: numbersOf },
    alert: {
      level: or(oneOf("info", "warning", "error"), "info"),
      code: or(text, ""),
      message: text,
      step: orNull(integer),
    },
    end: { outcome: oneOf("finished", "stopped", "failed"), step: integer },
    runner: { identity, adopted: or(flag, false) },
    trainer: { identity, command: or(list, []) },
    state: { state: oneOf(...RUN_STATES), cause: or(text, "") },
    system: { step: integer, values: numbersOf },
    heartbeat: {},
    output: { offset: integer },
    stop: { stage: oneOf("asked", "sigterm", "sigkill", "verified") },
    exit: { code: orNull(integer), signal: orNull(text), unknown: or(flag, false) },
  }),
);

/**
 * Checks and completes a decoded event in place.
 * @returns false when a field that its kind needs is missing or of the wrong type. Kinds unknown here always fit.
 */
export function fitShape(event: Record<string, unknown>): boolean {
  const shape = SHAPES.get(event["t"]);
  if (!shape) return true;
  for (const [name, field] of Object.entries(shape)) {
    const fitted = field(event[name]);
    if (fitted === undefined) return false;
    event[name] = fitted;
  }
  return true;
}
