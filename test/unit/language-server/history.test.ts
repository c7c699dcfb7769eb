import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Diagnostic } from "vscode-languageserver/node";
import type { RecordedRun } from "../../../src/config/estimate/types.ts";
import { runKey } from "../../../src/config/run-key.ts";
import { checkText } from "../../../src/config/validate.ts";
import { FIXTURES, rowText } from "../../support/config-fixtures.ts";
import { LanguageServer, textOf } from "../../support/language-server.ts";

/** Earlier runs, as the editor tells the server of them. */

const ROWS = `text,label\n${Array.from({ length: 40 }, (_, i) => `word${i} other${i},${i % 2 ? "a" : "b"}`).join("\n")}\n`;
const REPEATED = `version: 1
task: text-classification
run: { seed: 7 }
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: toy.csv, eval_fraction: 0.25, max_length: 16 }
`;
/** A model of 8 billion parameters with LoRA on a card that has it nearly full: C46 warns. */
const AMBER = `version: 1
task: causal-lm
model: { name_or_path: ./model }
data: { train: train.jsonl, max_length: 2048 }
method: { type: lora }
train:
  per_device_train_batch_size: 1
`;

const earlier = (more: Partial<RecordedRun>): RecordedRun => ({
  framework: "torch",
  family: "lora",
  accelerator: "NVIDIA RTX 5090",
  model: "org/other",
  parameters: null,
  estimatedBytes: 20e9,
  peakBytes: 10e9,
  secondsPerStep: null,
  tokensPerStep: null,
  name: "first try",
  ...more,
});

let server: LanguageServer;
beforeAll(async () => {
  server = await LanguageServer.start();
  server.write("toy.csv", ROWS);
  const row = rowText('{"text": "{word *1800}"}', 0);
  server.write("train.jsonl", `${Array.from({ length: 40 }, () => row).join("\n")}\n`);
  cpSync(join(FIXTURES, "C46/amber/model"), join(server.folder, "model"), { recursive: true });
});
afterAll(() => server.stop());

const of = (id: string, found: readonly Diagnostic[]): string[] => found.filter(({ code }) => code === id).map(textOf);

test("recorded peaks correct what is said of the memory: an amber C46 goes, and comes back without them", async () => {
  const env = { PATH: [join(FIXTURES, "C46/amber/bin"), process.env["PATH"]].join(delimiter) };
  const withGpu = await LanguageServer.start({}, { ...env, TUNING_FORK_TRUSTED: "0" });
  try {
    cpSync(server.folder, withGpu.folder, { recursive: true });
    const name = "amber.finetune.yaml";
    await withGpu.open(name, AMBER);
    const [before] = of("C46", await withGpu.diagnostics(name, (found) => of("C46", found).length > 0));
    expect(before).toMatch(/^Training takes about \d+\.\d GB of GPU memory/);
    const runs = [earlier({}), earlier({}), earlier({})];
    await withGpu.tellHistory([{ folder: withGpu.folder, runs }]);
    await withGpu.diagnostics(name, (found) => of("C46", found).length === 0);
    await withGpu.tellHistory([]);
    const [after] = of("C46", await withGpu.diagnostics(name, (found) => of("C46", found).length > 0));
    expect(after).toBe(before);
  } finally {
    await withGpu.stop();
  }
});

test("a run that repeats an earlier one is told, in a config and in a sweep over it", async () => {
  const { config, data } = await checkText(REPEATED, join(server.folder, "finetune.yaml"), { env: {} });
  const key = runKey(config!, data!.files);
  const runs = [earlier({ framework: "tfjs", family: "full", accelerator: "cpu", key })];
  await server.open("finetune.yaml", REPEATED);
  await server.diagnostics("finetune.yaml", (found) => of("C59", found).length === 0);
  await server.tellHistory([{ folder: server.folder, runs }]);
  const found = await server.diagnostics("finetune.yaml", (all) => of("C59", all).length > 0);
  expect(of("C59", found)).toEqual([expect.stringMatching(/^The run first try had this config and this data/)]);

  server.write("finetune.yaml", REPEATED);
  await server.open("s.sweep.yaml", "base: finetune.yaml\nmethod: grid\nparameters:\n  run.seed: { values: [7, 8] }\n");
  const swept = await server.diagnostics("s.sweep.yaml", (all) => of("C59", all).length > 0);
  expect(of("C59", swept)).toEqual([expect.stringContaining("The run first try")]);
});

test("the nearest folder that holds a config is the one whose runs count", async () => {
  const inner = join(server.folder, "inner");
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(inner, "toy.csv"), ROWS);
  const { config, data } = await checkText(REPEATED, join(inner, "finetune.yaml"), { env: {} });
  const repeated = (name: string) => [earlier({ name, key: runKey(config!, data!.files) })];
  const sibling = { folder: `${inner}-2`, runs: repeated("of the sibling") };
  await server.open("inner/finetune.yaml", REPEATED);
  await server.tellHistory([{ folder: server.folder, runs: repeated("of the outer") }, sibling]);
  await server.diagnostics("inner/finetune.yaml", (all) => of("C59", all).join().includes("of the outer"));
  await server.tellHistory([{ folder: inner, runs: [] }, { folder: server.folder, runs: repeated("outer") }, sibling]);
  await server.diagnostics("inner/finetune.yaml", (all) => of("C59", all).length === 0);
});

test("a message that is malformed is left out, with its place in the log, and the server goes on", async () => {
  await server.tellHistory([{ folder: server.folder, runs: [{ ...earlier({}), peakBytes: "much" as never }] }]);
  await expect
    .poll(() => server.logged.join("\n"))
    .toMatch(/tuningFork\/history was left out: 0\.runs\.0\.peakBytes: /);
  await server.open("after.finetune.yaml", "task: 1\n");
  await server.diagnostics("after.finetune.yaml", (all) => all.length > 0);
});
