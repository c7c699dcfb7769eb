import { expect, test } from "vitest";
import type { ConfigEdit } from "../../../../src/config/edit/fix.ts";
import { applyTextEdits, textEdits } from "../../../../src/config/edit/text-edits.ts";
import { readYaml } from "../../../../src/config/yaml.ts";
import { randomNumbers, type RandomNumbers } from "../../../support/seeded.ts";

type Plain = null | string | number | boolean | Plain[] | { [name: string]: Plain };
type PlainMap = { [name: string]: Plain };

const NAMES = ["version", "task", "run", "data", "train", "eval", "lr", "标签", "r", "max_steps"];
const TEXTS = ["x", "no", "6%", "a: b", "# not a comment", "1e-5", "über 💥", "", " lead", "it's", 'say "hi"', "null"];

const scalar = (random: RandomNumbers): Plain =>
  random.pick<Plain>([...TEXTS, 1, 0, -2.5, 1e-5, 3e22, true, false, null]);

function value(random: RandomNumbers, depth: number): Plain {
  if (depth > 0 && random.chance(0.5)) return map(random, depth - 1);
  if (random.chance(0.2)) return Array.from({ length: random.integer(1, 3) }, () => scalar(random));
  return scalar(random);
}

function map(random: RandomNumbers, depth: number): PlainMap {
  const names = NAMES.filter(() => random.chance(0.35));
  return Object.fromEntries((names.length === 0 ? ["a"] : names).map((name) => [name, value(random, depth)]));
}

/** Writes values in a random style; each comment has a number of its own and stands under the path it is behind. */
class Writer {
  readonly comments = new Map<string, string>();
  readonly #random: RandomNumbers;
  readonly #eol: string;
  constructor(random: RandomNumbers, eol: string) {
    this.#random = random;
    this.#eol = eol;
  }

  #comment(key: string): string {
    if (this.#random.chance(0.6)) return "";
    const text = `# note ${this.comments.size}.`;
    this.comments.set(text, key);
    return ` ${text}`;
  }

  block(values: PlainMap, indent: string, key = ""): string {
    return Object.entries(values)
      .map(([name, inner]) => {
        const own = key === "" ? name : `${key}.${name}`;
        const alone = this.#random.chance(0.1) ? `${indent}${this.#comment(key).trim()}${this.#eol}` : "";
        const isBlock = this.#random.chance(0.6);
        const step = this.#random.pick(["  ", "    "]);
        if (isBlock && typeof inner === "object" && inner !== null && Object.keys(inner).length > 0) {
          const head = `${indent}${name}:${this.#comment(own)}${this.#eol}`;
          const body = Array.isArray(inner)
            ? inner.map((one) => `${indent}${step}- ${this.flow(one)}${this.#eol}`).join("")
            : this.block(inner as PlainMap, indent + step, own);
          return alone + head + body;
        }
        return `${alone}${indent}${name}: ${this.flow(inner)}${this.#comment(own)}${this.#eol}`;
      })
      .join("");
  }

  flow(inner: Plain): string {
    if (Array.isArray(inner)) return `[${inner.map((one) => this.flow(one)).join(", ")}]`;
    if (typeof inner === "object" && inner !== null) {
      const entries = Object.entries(inner).map(([name, one]) => `${name}: ${this.flow(one)}`);
      return this.#random.chance(0.5) ? `{ ${entries.join(", ")} }` : `{${entries.join(",")}}`;
    }
    if (typeof inner !== "string") return JSON.stringify(inner);
    return this.#random.chance(0.5) ? JSON.stringify(inner) : `'${inner.replaceAll("'", "''")}'`;
  }
}

function paths(values: Plain, path: string[] = []): string[][] {
  if (typeof values !== "object" || values === null || Array.isArray(values)) return [path];
  const inner = Object.entries(values).flatMap(([name, one]) => paths(one, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

const at = (values: Plain, path: readonly string[]): Plain | undefined =>
  path.reduce<Plain | undefined>(
    (inner, name) => (typeof inner === "object" && inner !== null ? (inner as PlainMap)[name] : undefined),
    values,
  );

/** What a set, by the rules of plain maps, makes of a value; null groups are empty ones. */
function put(values: Plain | undefined, [name, ...rest]: readonly string[], one: Plain): Plain {
  if (name === undefined) return one;
  const own = (values ?? {}) as PlainMap;
  return { ...own, [name]: put(own[name], rest, one) };
}

function drop(values: PlainMap, [name = "", ...rest]: readonly string[]): PlainMap {
  const copy = { ...values };
  const inner = rest.length === 0 ? {} : drop(copy[name] as PlainMap, rest);
  if (Object.keys(inner).length === 0) delete copy[name];
  else copy[name] = inner;
  return copy;
}

const isBelow = (key: string, path: readonly string[]): boolean =>
  key === path.join(".") || key.startsWith(`${path.join(".")}.`);

test("any set, removal and move means what it says and leaves every other comment where it was", () => {
  const random = randomNumbers(20260);
  let made = 0;
  for (let round = 0; round < 600; round++) {
    const values = map(random, 2);
    const writer = new Writer(random, random.pick(["\n", "\r\n"]));
    const source = random.chance(0.9) ? writer.block(values, "") : `${writer.flow(values)}\n`;
    const all = paths(values);
    const path = random.pick(all);
    const kind = random.pick(["set", "new", "remove", "move"]);
    const fresh = [...random.pick([[], [random.pick(NAMES)], ["train"], path.slice(0, -1)]), "fresh"];
    const one = value(random, 1);
    const isFree = fresh.slice(0, -1).every((_name, depth) => {
      const group = at(values, fresh.slice(0, depth + 1));
      return group === undefined || group === null || (typeof group === "object" && !Array.isArray(group));
    });
    if ((kind === "new" || kind === "move") && (!isFree || isBelow(fresh.join("."), path))) continue;
    const [edit, expected]: [ConfigEdit, Plain] =
      kind === "set"
        ? [{ kind: "set", path, value: one }, put(values, path, one)]
        : kind === "new"
          ? [{ kind: "set", path: fresh, value: one }, put(values, fresh, one)]
          : kind === "remove"
            ? [{ kind: "remove", path }, drop(values, path)]
            : [{ kind: "move", path, to: fresh }, put(drop(values, path), fresh, at(values, path)!)];
    const changes = textEdits({ source, document: readYaml(source) }, [edit]);
    const label = `${JSON.stringify(edit)} in\n${source}`;
    expect(changes, label).toBeDefined();
    const text = applyTextEdits(source, changes!);
    const document = readYaml(text);
    expect(document.errors, `${label}\n${text}`).toEqual([]);
    expect(document.toJS() ?? {}, `${label}\n${text}`).toEqual(expected);
    for (const [comment, key] of writer.comments) {
      const mayGo = kind !== "new" && key !== "" && (isBelow(key, path) || isEmptied(values, expected, key));
      if (!mayGo) expect(text, `${comment} after ${label}`).toContain(comment);
    }
    if (source.includes("\r\n")) expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    made++;
  }
  expect(made).toBeGreaterThan(300);
});

/** Whether a group that was there is gone, because what was in it is. */
const isEmptied = (before: Plain, after: Plain, key: string): boolean =>
  at(before, key.split(".")) !== undefined && at(after, key.split(".")) === undefined;
