import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { storePaths } from "../../../src/runs/layout.ts";
import { rememberedPaces, rememberPace, type SmokePace } from "../../../src/runs/smoke/paces.ts";
import { makeStoreFolder } from "../../support/run-folder.ts";

let store: ReturnType<typeof makeStoreFolder>;
beforeEach(() => (store = makeStoreFolder()));
afterEach(() => store.remove());

const pace = (more: Partial<SmokePace> = {}): SmokePace => ({
  framework: "torch",
  family: "lora",
  accelerator: "NVIDIA RTX 4090",
  model: "org/name",
  parameters: 22_700_000,
  estimatedBytes: 1,
  peakBytes: 2,
  secondsPerStep: 0.5,
  tokensPerStep: 1024,
  name: "smoke run",
  smoke: { atMs: 1000, rowsPerStep: 8, maxLength: 128 },
  ...more,
});
const seconds = (): (number | null)[] => rememberedPaces(store.root).map(({ secondsPerStep }) => secondsPerStep);

test("a pace is kept by trainer, method, model, batch, length and GPU; the newest of the same stays", () => {
  rememberPace(store.root, pace({ secondsPerStep: 1 }));
  rememberPace(store.root, pace({ secondsPerStep: 2, model: "org/other" }));
  rememberPace(store.root, pace({ secondsPerStep: 3, smoke: { atMs: 1, rowsPerStep: 16, maxLength: 128 } }));
  rememberPace(store.root, pace({ secondsPerStep: 4, smoke: { atMs: 2, rowsPerStep: 8, maxLength: 128 } }));
  expect(seconds()).toEqual([4, 3, 2]);
  // Its peak of memory is that of two steps, and it is no run that could be repeated.
  expect(rememberedPaces(store.root)[0]).toMatchObject({ peakBytes: null, estimatedBytes: null });
  expect(rememberedPaces(store.root)[0]).not.toHaveProperty("name");
});

test("of many the oldest go", () => {
  for (let rows = 1; rows <= 60; rows++)
    rememberPace(store.root, pace({ secondsPerStep: rows, smoke: { atMs: rows, rowsPerStep: rows, maxLength: 128 } }));
  expect(seconds()).toHaveLength(50);
  expect(seconds()[0]).toBe(60);
});

test("paces of another machine on the same disk are kept and not used", () => {
  rememberPace(store.root, pace());
  const file = storePaths(store.root).smokeRuns;
  const [kept] = JSON.parse(readFileSync(file, "utf8")) as { host: string }[];
  writeFileSync(file, JSON.stringify([{ ...kept, host: "elsewhere" }]));
  expect(seconds()).toEqual([]);
  rememberPace(store.root, pace());
  expect(seconds()).toEqual([0.5]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toHaveLength(2);
});

test.each([
  ["text that is no JSON", "no"],
  ["something else", "{}"],
  ["a list of something else", '[1, {"framework": 2}]'],
])("a file with %s is as good as none", (_what, text) => {
  writeFileSync(storePaths(store.root).smokeRuns, text);
  expect(seconds()).toEqual([]);
  rememberPace(store.root, pace());
  expect(seconds()).toEqual([0.5]);
});
