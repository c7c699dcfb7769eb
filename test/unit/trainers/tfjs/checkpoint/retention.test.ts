import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  removeCheckpoint,
  requireOwnFolder,
  storedCheckpoints,
  surplus,
} from "../../../../../src/trainers/tfjs/checkpoint/retention.ts";
import { dataFolder } from "../../../../support/data-folder.ts";

const stored = (...steps: number[]) => steps.map((step) => ({ step, path: `/c/step-${step}` }));
const goes = (steps: number[], keep: Parameters<typeof surplus>[1]): number[] =>
  surplus(stored(...steps), keep).map(({ step }) => step);

describe("which checkpoints go", () => {
  test("all but the newest", () => {
    expect(goes([2, 4, 6, 8], { limit: 2, currentStep: 8, best: null, pins: [] })).toEqual([2, 4]);
    expect(goes([2], { limit: 2, currentStep: 2, best: null, pins: [] })).toEqual([]);
  });

  test("the best and the pinned stay and do not count", () => {
    expect(goes([2, 4, 6, 8, 10], { limit: 2, currentStep: 10, best: 4, pins: [2] })).toEqual([6]);
    expect(goes([2, 4], { limit: 1, currentStep: 4, best: 4, pins: [] })).toEqual([]);
  });

  test("what a resume cut off goes, unless pinned", () => {
    expect(goes([2, 4, 6, 8], { limit: 5, currentStep: 4, best: null, pins: [8] })).toEqual([6]);
  });
});

describe("a checkpoint folder", () => {
  const folderOf = (runs: Record<string, string>): string => {
    const folder = dataFolder();
    for (const [name, run] of Object.entries(runs)) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "tuning-fork.json"), JSON.stringify({ version: 1, run, state: {} }));
    }
    return folder;
  };

  test("lists the run's own, complete ones by step", () => {
    const folder = folderOf({ "step-10": "a", "step-9": "a", "step-8": "b", ".tmp-step-11-7": "a" });
    mkdirSync(join(folder, "step-12"));
    expect(storedCheckpoints(folder, "a").map(({ step }) => step)).toEqual([9, 10]);
    expect(storedCheckpoints(join(folder, "nowhere"), "a")).toEqual([]);
  });

  test("with another run's, or something else's, is not written to", () => {
    expect(() => requireOwnFolder(folderOf({ "step-1": "a" }), "a")).not.toThrow();
    expect(() => requireOwnFolder(folderOf({ "step-1": "b" }), "a")).toThrow(/checkpoints of run b \(step-1\)/);
    const folder = dataFolder({ "step-3/pytorch_model.bin": "" });
    expect(() => requireOwnFolder(folder, "a")).toThrow(/checkpoints of something else \(step-3\)/);
  });

  test("removal leaves nothing behind", () => {
    const folder = folderOf({ "step-1": "a", "step-2": "a" });
    removeCheckpoint(storedCheckpoints(folder, "a")[0]!);
    expect(existsSync(join(folder, "step-1"))).toBe(false);
    expect(storedCheckpoints(folder, "a").map(({ step }) => step)).toEqual([2]);
  });
});
