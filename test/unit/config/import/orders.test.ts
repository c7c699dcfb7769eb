import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../../../src/base/random.ts";
import { draftOf, importConfig } from "../../../../src/config/import/import-config.ts";
import { autoTrain } from "../../../../src/config/import/tools/auto-train.ts";
import { axolotl } from "../../../../src/config/import/tools/axolotl.ts";
import { llamaFactory } from "../../../../src/config/import/tools/llama-factory.ts";
import { torchtune } from "../../../../src/config/import/tools/torchtune.ts";
import { trainingArguments, trl } from "../../../../src/config/import/tools/trl.ts";
import { isMap, type PlainMap } from "../../../../src/config/schema/view.ts";
import { checkText } from "../../../../src/config/validate.ts";
import { KNOWN_KEYS, type KnownKeys } from "./known-keys.ts";

/** What an import says must not hang on the order of a file, and no key may get lost, whatever others stand beside it. */

const FILE = "/nowhere/other.yaml";
const TRIES = 45;
const TOOLS = [torchtune, autoTrain, axolotl, llamaFactory, trl, trainingArguments];

/** Some of a tool's keys, or all of them, each with one of its values. */
function pick({ head, keys }: KnownKeys, random: Random, share: number): [string, unknown][] {
  const chosen = Object.entries(keys)
    .filter(() => random.next() < share)
    .map(([key, values]): [string, unknown] => [key, values[random.int(values.length)]]);
  return [...new Map([...Object.entries(head), ...chosen])];
}

/** The nested map, its keys in the order of the entries and in the opposite one within its groups as well. */
function nested(entries: readonly [string, unknown][]): PlainMap {
  const map: PlainMap = {};
  for (const [key, value] of entries) {
    const steps = key.split(".");
    const last = steps.pop()!;
    const group = steps.reduce<PlainMap>((inner, step) => (inner[step] ??= {}) as PlainMap, map);
    group[last] = value;
  }
  return map;
}

/** Keys of the entries of lists that are told of one by one. */
const innerKeys = (key: string, value: unknown): [string, unknown][] =>
  key === "datasets" || key === "test_datasets"
    ? (value as unknown[]).flatMap((one, at, all) =>
        isMap(one)
          ? Object.entries(one)
              .filter(([name]) => name !== "path")
              .map(([name, inner]): [string, unknown] => [`${key}[${all.length === 1 ? "" : at}].${name}`, inner])
          : [],
      )
    : [];

const ofHub = new Set(["name", "revision", "split", "data_files"]);

describe.each(TOOLS.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  const known = KNOWN_KEYS[name]!;

  test("every key with a rule is tried", () => {
    const tried = new Set(Object.keys(known.keys).map((key) => key.split(".")[0]));
    expect(Object.keys(tool.rules).filter((key) => !tried.has(key))).toEqual([]);
  });

  test("gives the same values in any order, and says what becomes of every key", async () => {
    for (let seed = 0; seed < TRIES; seed++) {
      const random = createRandom(seed);
      const entries = pick(known, random, [0.15, 0.4, 1][seed % 3]!);
      const orders = [entries, entries.toReversed(), random.shuffle([...entries])];
      const [first, ...others] = orders.map((order) => draftOf(JSON.stringify(nested(order)), FILE));
      expect(first!.tool).toBe(name);
      const valuesOf = ({ draft }: typeof first & object) =>
        Object.fromEntries(draft.values().map(({ key, value }) => [key, value]));
      const told = ({ draft }: typeof first & object) =>
        draft
          .leftOut()
          .map((one) => JSON.stringify(one))
          .toSorted();
      for (const other of others) {
        expect(valuesOf(other), JSON.stringify(entries)).toEqual(valuesOf(first!));
        expect(told(other), JSON.stringify(entries)).toEqual(told(first!));
      }
      const mentioned = [
        ...first!.draft.values().flatMap(({ sources }) => sources),
        ...first!.draft.leftOut().map(({ key }) => key),
      ];
      const isMentioned = (key: string): boolean =>
        mentioned.some((one) => one === key || one.startsWith(`${key}[`) || key.startsWith(`${one}.`));
      const lost = entries
        .flatMap(([key, value]) => [[key, value] as const, ...innerKeys(key, value)])
        .filter(([key, value]) => !isMentioned(key) && !known.same.includes(`${key}=${String(value)}`))
        // They are in the name of the data set, or say what is the case with a file anyway.
        .filter(([key]) => !(key.includes("[") && ofHub.has(key.split(".").at(-1)!)));
      expect(lost, JSON.stringify(entries)).toEqual([]);
    }
  });

  test("is never refused by our own checks of the text", async () => {
    for (let seed = 0; seed < TRIES; seed++) {
      const random = createRandom(1000 + seed);
      const entries = random.shuffle(pick(known, random, [0.15, 0.4, 1][seed % 3]!));
      const { text } = importConfig(JSON.stringify(nested(entries)), FILE);
      const { report } = await checkText(text, "/nowhere/finetune.yaml", { tiers: ["text"] });
      const errors = report.diagnostics.filter(({ severity }) => severity === "error");
      expect(
        errors.map(({ id, message }) => `${id} ${message}`),
        `${JSON.stringify(entries)}\n${text}`,
      ).toEqual([]);
    }
  });
});
