import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CheckpointManifest } from "../../../../../src/trainers/tfjs/checkpoint/format.ts";
import { readManifest, readOptimizer, requireManifest } from "../../../../../src/trainers/tfjs/checkpoint/load.ts";
import { amendCheckpoint, removeLeftovers, saveCheckpoint } from "../../../../../src/trainers/tfjs/checkpoint/save.ts";
import { dataFolder } from "../../../../support/data-folder.ts";

const manifest = (step: number, metrics: Record<string, number> = {}): CheckpointManifest => ({
  version: 1,
  run: "r",
  step,
  epoch: step / 10,
  total: 30,
  savedMs: 1,
  metrics,
  configHash: "",
  labels: ["a", "b"],
  versions: {},
  settings: { seed: 1, optim: "adamw_torch", scheduler: "linear", metric: "loss" },
  state: {
    optimizerStep: step,
    dropout: [1, 2, 3, 4],
    schedule: { factor: 1, best: null, badEvaluations: 0 },
    best: { best: null, badEvaluations: 0 },
    position: { epoch: 0, step },
    evaluationDue: false,
  },
});

/** A model that writes one file; `fail` breaks off after half of it. */
const model = (content: string, fail?: Error) => ({
  parameters: [],
  saveFolder(dir: string) {
    writeFileSync(join(dir, "model.safetensors"), content);
    if (fail) throw fail;
  },
});
const optimizer = (step: number) => ({ step, arrays: new Map([["w.exp_avg", Float32Array.of(0.1, Number.NaN, 3)]]) });

describe("saving a checkpoint", () => {
  test("gives back manifest and optimizer to the bit", () => {
    const folder = dataFolder();
    const { path, bytes } = saveCheckpoint(folder, {
      manifest: manifest(5),
      model: model("12345"),
      optimizer: optimizer(5),
    });
    expect(path).toBe(join(folder, "step-5"));
    const sizes = readdirSync(path).map((name) => readFileSync(join(path, name)).length);
    expect(bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    const read = requireManifest(path);
    expect(read).toEqual(manifest(5));
    expect(readOptimizer(path, read)).toEqual(optimizer(5));
  });

  test("replaces a checkpoint of the same step wholly", () => {
    const folder = dataFolder({ "step-5/old-file": "x" });
    saveCheckpoint(folder, { manifest: manifest(5), model: model("new"), optimizer: null });
    expect(readdirSync(folder)).toEqual(["step-5"]);
    expect(readdirSync(join(folder, "step-5")).sort()).toEqual(["model.safetensors", "tuning-fork.json"]);
    expect(readOptimizer(join(folder, "step-5"), manifest(5))).toBeUndefined();
  });

  test("breaking off leaves the folder as it was", () => {
    const folder = dataFolder({ "step-5/old-file": "x" });
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const save = () =>
      saveCheckpoint(folder, { manifest: manifest(5), model: model("half", full), optimizer: optimizer(5) });
    expect(save).toThrow(/The checkpoint at step 5 needs about 12 B in .*; .* (are|is) free there\./);
    expect(readdirSync(folder)).toEqual(["step-5"]);
    expect(readdirSync(join(folder, "step-5"))).toEqual(["old-file"]);
  });

  test("a wrapped disk error is recognised, another error passed on", () => {
    const folder = dataFolder();
    const save = (fail: Error) => () =>
      saveCheckpoint(folder, { manifest: manifest(5), model: model("", fail), optimizer: null });
    const wrapped = new Error("wrapped", { cause: Object.assign(new Error(), { code: "EDQUOT" }) });
    expect(save(wrapped)).toThrow(/the disk quota is used up/);
    expect(save(new TypeError("a defect"))).toThrow("a defect");
  });

  test("amending changes what it says of itself only", () => {
    const folder = dataFolder();
    const { path } = saveCheckpoint(folder, { manifest: manifest(5), model: model("weights"), optimizer: null });
    amendCheckpoint(path, manifest(5, { "eval/loss": 0.5 }));
    expect(readManifest(path)?.metrics).toEqual({ "eval/loss": 0.5 });
    expect(readFileSync(join(path, "model.safetensors"), "utf8")).toBe("weights");
  });

  test("what a killed trainer left half-written is swept up", () => {
    const folder = dataFolder({ ".tmp-step-7-123/model.safetensors": "half", "step-5/tuning-fork.json": "{}" });
    removeLeftovers(folder);
    expect(readdirSync(folder)).toEqual(["step-5"]);
  });
});

test("a folder that is no checkpoint says why", () => {
  const folder = dataFolder({ "torn/tuning-fork.json": '{"version":1,' });
  expect(() => requireManifest(join(folder, "torn"))).toThrow(/has no readable tuning-fork\.json/);
  expect(() => requireManifest(join(folder, "gone"))).toThrow(/does not exist/);
});
