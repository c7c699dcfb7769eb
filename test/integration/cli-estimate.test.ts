import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Estimate } from "../../src/config/estimate/types.ts";
import type { Free } from "../../src/config/estimate/lines.ts";
import { CliWorkspace } from "../support/cli.ts";
import { MODELS } from "../support/estimate-facts.ts";
import { mkdirSync } from "node:fs";

interface Estimated {
  file: string;
  estimate: Estimate;
  free: Free;
  remedies: { title: string; peakBytes: number; fits: boolean }[];
}

let workspace: CliWorkspace;
beforeAll(() => {
  workspace = new CliWorkspace();
  mkdirSync(join(workspace.folder, "model"));
  workspace.write("model/config.json", JSON.stringify(MODELS.bertBase));
  workspace.write(
    "bert.finetune.yaml",
    `version: 1
task: text-classification
model: { name_or_path: ./model }
data: { train: toy.csv, max_length: 128 }
method: { type: full }
train: { num_train_epochs: 3, per_device_train_batch_size: 8 }
`,
  );
});
afterAll(() => workspace.remove());

test("estimate says what a run takes, in words and as JSON", async () => {
  const { code, stdout, stderr } = await workspace.run("estimate", "bert.finetune.yaml");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^Steps {2,}\d+, [\d,]+ rows\n/);
  expect(stdout).toMatch(/GPU memory {2,}about \d\.\d GB \(\d\.\d GB to \d\.\d GB\)/);
  expect(stdout).toContain("unknown until the first run or a smoke run");
  expect(stdout).toMatch(/To need less GPU memory:\n {2}✓ Switch to QLoRA: about \d\.\d GB\n/);

  const found = await workspace.json<Estimated>("estimate", "bert.finetune.yaml");
  const { gpuMemory, work, seconds, diskBytes } = found.estimate;
  expect(found.file).toBe(join(workspace.folder, "bert.finetune.yaml"));
  expect(Object.keys(gpuMemory!.parts)).toEqual([
    "weights",
    "gradients",
    "optimizer",
    "activations",
    "logits",
    "overhead",
  ]);
  expect(work.countedBy).toBe("characters");
  expect(seconds.low).toBeNull();
  expect(diskBytes).toBeGreaterThan(4 * 12 * 109e6);
  expect(found.remedies.every(({ peakBytes }) => peakBytes < gpuMemory!.peakBytes)).toBe(true);
});

test("--set changes what is estimated", async () => {
  const peak = async (...set: string[]) =>
    (await workspace.json<Estimated>("estimate", "bert.finetune.yaml", ...set)).estimate.gpuMemory!.peakBytes;
  expect(await peak("--set", "method.type=lora")).toBeLessThan(await peak());
});

test("validate --json gives the same estimate", async () => {
  const { estimate } = await workspace.json<Estimated>("estimate", "bert.finetune.yaml");
  const { stdout } = await workspace.run("validate", "bert.finetune.yaml", "--json");
  expect((JSON.parse(stdout) as Estimated).estimate.gpuMemory).toEqual(estimate.gpuMemory);
});

test("a script, what is no config, and a file that is not there are refused with a sentence", async () => {
  workspace.write("script.finetune.yaml", "version: 1\ntask: script\nscript: { entry: train.py }\n");
  workspace.write("broken.finetune.yaml", "nothing\n");
  const script = await workspace.run("estimate", "script.finetune.yaml");
  expect([script.code, script.stderr]).toEqual([1, expect.stringContaining("your own script cannot be estimated")]);
  const broken = await workspace.run("estimate", "broken.finetune.yaml");
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining("is not a config that can be estimated")]);
  expect((await workspace.run("estimate", "absent.yaml")).code).toBe(2);
});
