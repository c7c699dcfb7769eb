import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Check } from "typebox/schema";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { KEYS } from "../../../src/config/names.ts";
import { EXAMPLES } from "../../../src/config/reference/examples.ts";
import { jsonSchema } from "../../../src/config/reference/index.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";
import { notesOf } from "../../../src/config/schema/key.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PUBLISHED = JSON.parse(readFileSync(join(ROOT, "media/finetune.schema.json"), "utf8")) as Record<string, unknown>;

test("docs/config.md and the JSON Schema are what the schema says now", () => {
  // Exits 1, with the name of the stale file, otherwise.
  execFileSync(process.execPath, ["scripts/generate.mjs", "--check"], { cwd: ROOT, stdio: "pipe" });
  expect(PUBLISHED).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

test.each(KEYS.map((key) => [`${key.group}.${key.name}`, key] as const))(
  "%s is described and has a default",
  (_name, { schema }) => {
    const { description, default: value, defaultText, required } = notesOf(schema);
    expect(description).toMatch(/^\S.*\.$/);
    expect(required === true || value !== undefined || defaultText !== undefined).toBe(true);
  },
);

test("no name is an alias of two keys, or of a key of the same name", () => {
  const aliases = KEYS.flatMap(({ schema }) => notesOf(schema).aliases ?? []);
  expect(aliases.filter((alias, index) => aliases.indexOf(alias) < index)).toEqual([]);
});

test.each(EXAMPLES.map(({ title, text }) => [title, text] as const))("example: %s", (_title, text) => {
  expect(resolveConfig(parse(text)).diagnostics).toEqual([]);
  expect(Check(PUBLISHED, parse(text))).toBe(true);
});

describe("the JSON Schema and the checks of shape agree", () => {
  const good = {
    version: 1,
    task: "text-classification",
    model: { name_or_path: "x" },
    data: { train: "t.csv" },
  };
  test.each([
    good,
    { ...good, train: null },
    { ...good, train: { warmup: "6%", max_steps: null } },
    { ...good, train: { warmup: 0.06 } },
    { ...good, train: { lr: 1 } },
    { ...good, lr: 1 },
    { ...good, data: {} },
    { ...good, data: { train: [] } },
    { ...good, data: { train: "x", columns: { text: "a", txt: "b" } } },
    { ...good, method: { type: "loraa" } },
    { ...good, method: { teacher: {} } },
    { ...good, hardware: { target: { type: "slurm" }, env: { A: 1 } } },
    { ...good, hardware: { target: { type: "sge" } } },
    { ...good, script: { entry: "x" } },
    { version: 1, task: "script", script: { entry: "x" } },
    { version: 1, task: "script", script: { entry: "x" }, data: { train: "x" } },
    { task: "causal-lm", model: { name_or_path: "x" }, data: { train: "x" } },
    { version: 1, task: "causal-lm" },
  ])("%j", (value) => {
    expect(Check(PUBLISHED, value)).toBe(resolveConfig(value).diagnostics.length === 0);
  });
});
