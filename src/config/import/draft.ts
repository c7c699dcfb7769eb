import { isDeepStrictEqual } from "node:util";
import { isSecretKey, REDACTED, redactText } from "../../base/redact.ts";
import { configSchema } from "../schema.ts";
import { isMap, type PlainMap } from "../schema/view.ts";
import { checkShape } from "../shape.ts";

/** A key of the other tool that has no place in a config of ours, or another meaning, and why. */
export interface LeftOut {
  key: string;
  value: unknown;
  /** A sentence in plain words, or a phrase. */
  why: string;
}

/** A key of the original, and what stands under it. */
interface Source {
  readonly key: string;
  readonly value: unknown;
}

/** The keys of these services are secrets too, though their names do not say so. */
const SERVICE_KEY = /(?:^|[._])(?:hub|hf|wandb)_?key$/i;

/** A value of ours with the keys of the original that it comes from; none for what a tool does by itself. */
interface Entry {
  value: unknown;
  sources: Source[];
  /** What is told of a source as long as the value stands. */
  notes: LeftOut[];
}

/**
 * What is made of another tool's config: values by our dotted keys, and what could not be taken over. Every key of the
 * original that is read ends up as the source of a value, or is told, or was said to be the case here anyway.
 */
export class Draft {
  /** The whole original: what a key means may depend on others. */
  readonly map: PlainMap;
  /** Where it lies. */
  readonly folder: string;
  readonly #entries = new Map<string, Entry>();
  readonly #told: LeftOut[] = [];
  readonly #places: ReadonlyMap<string, number>;
  #source: Source | undefined;
  #isSettled = false;

  constructor(map: PlainMap, folder: string) {
    this.map = map;
    this.folder = folder;
    this.#places = placesOf(map);
  }

  /** Does what becomes of a key of the original. One of which nothing becomes is told. */
  from(source: Source, take: () => void): void {
    const outer = this.#source;
    this.#source = source;
    this.#isSettled = false;
    take();
    if (!this.#isSettled) this.leave(source.key, source.value, "nothing here follows from this value");
    this.#source = outer;
    this.#isSettled = true;
  }

  /** What the key says is the case here anyway, or is read together with another key. */
  same(): void {
    this.#isSettled = true;
  }

  /**
   * Sets a value of ours. One that comes from another key of the original gives way to it, and one that the schema does not
   * take changes nothing; both are told.
   * @param note told of the key that is read now, as long as the value stands
   */
  set(key: string, value: unknown, note?: string): void {
    if (value === undefined || value === null) return;
    const source = this.#source;
    const unfit = unfitness(key, value);
    if (unfit !== undefined) return source ? this.leave(source.key, source.value, unfit) : undefined;
    this.#isSettled = true;
    const notes = source && note !== undefined ? [{ ...source, why: note }] : [];
    const before = this.#entries.get(key);
    const isSame = isDeepStrictEqual(before?.value, value);
    if (before && !isSame) {
      for (const loser of before.sources.filter((one) => one.key !== source?.key)) {
        this.leave(loser.key, loser.value, `gives way to \`${source?.key}\`, which sets \`${key}\` too`);
      }
    }
    const kept = before && isSame ? before : { sources: [], notes: [] };
    this.#entries.set(key, {
      value,
      sources: [...kept.sources, ...(source ? [source] : [])],
      notes: [...kept.notes, ...notes],
    });
  }

  /** Adds to a list that several keys of the original make together. */
  extend(key: string, values: readonly unknown[]): void {
    const before = this.#entries.get(key) ?? { value: [], sources: [], notes: [] };
    const known = [before.value].flat();
    const value = [...known, ...values.filter((one) => !known.includes(one))];
    this.#isSettled = true;
    this.#entries.set(key, { ...before, value, sources: [...before.sources, ...(this.#source ? [this.#source] : [])] });
  }

  /** Changes a value to what it is together with another one, whose sources become its own too. */
  combine(key: string, value: unknown, other: string): void {
    const before = this.#entries.get(key) ?? { sources: [], notes: [] };
    const sources = [...(this.#entries.get(other)?.sources ?? []), ...before.sources];
    this.#entries.set(key, { ...before, value, sources });
  }

  /** Takes a value out again, and tells it under the keys it came from. */
  drop(key: string, why: string): void {
    for (const source of this.#entries.get(key)?.sources ?? []) this.leave(source.key, source.value, why);
    this.#entries.delete(key);
  }

  get(key: string): unknown {
    return this.#entries.get(key)?.value;
  }

  leave(key: string, value: unknown, why: string): void {
    this.#isSettled = true;
    const shown = isSecretKey(key) || SERVICE_KEY.test(key) ? REDACTED : value;
    if (!this.#told.some((one) => one.key === key && one.why === why)) this.#told.push({ key, value: shown, why });
  }

  /** The values by our keys, in the order of the original; what a tool does by itself comes first. */
  values(): { key: string; value: unknown; sources: readonly string[] }[] {
    const placed = [...this.#entries].map(([key, { value, sources }]) => ({
      key,
      value,
      sources: sources.map((source) => source.key),
      place: sources[0] ? this.#placeOf(sources[0].key) : -1,
    }));
    return placed.toSorted((a, b) => a.place - b.place).map(({ key, value, sources }) => ({ key, value, sources }));
  }

  /** What is told, in the order of the original. */
  leftOut(): LeftOut[] {
    const notes = [...this.#entries.values()].flatMap((entry) => entry.notes);
    return [...this.#told, ...notes].toSorted((a, b) => this.#placeOf(a.key) - this.#placeOf(b.key));
  }

  /** Where a key, or else the part of the original that it lies in, stands. */
  #placeOf(key: string): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const end = Math.max(key.lastIndexOf("."), key.lastIndexOf("["));
    return end > 0 ? this.#placeOf(key.slice(0, end)) : this.#places.size;
  }
}

/** The dotted keys of a map by their order; entries of lists are numbered where there are several. */
function placesOf(map: PlainMap): Map<string, number> {
  const places = new Map<string, number>();
  const walk = (inner: unknown, path: string, depth: number): void => {
    if (depth > 5) return;
    const parts: [string, unknown][] = Array.isArray(inner)
      ? inner.map((one, at, all) => [`${path}[${all.length === 1 ? "" : at}]`, one])
      : Object.entries(isMap(inner) ? inner : {}).map(([name, one]) => [path === "" ? name : `${path}.${name}`, one]);
    for (const [key, value] of parts) {
      places.set(key, places.size);
      walk(value, key, depth + 1);
    }
  };
  walk(map, "", 0);
  return places;
}

/** Why the schema does not take a value; undefined when it does. */
function unfitness(key: string, value: unknown): string | undefined {
  const nested = key.split(".").reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
  return checkShape(configSchema, nested)[0]?.message.replace(/[.。]$/, "");
}

/** A value that is left out as a comment shows it: on one line, without secrets. */
export const shownValue = (value: unknown): string => redactText(JSON.stringify(value) ?? "null").slice(0, 200);
