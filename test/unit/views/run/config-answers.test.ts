import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeJsonAtomic } from "../../../../src/base/files.ts";
import { parseConfig } from "../../../../src/config/parse.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import { runFile } from "../../../../src/runs/layout.ts";
import type { RunRecord } from "../../../../src/runs/model.ts";
import { configAnswers } from "../../../../src/views/run/config-answers.ts";
import { makeStoreFolder, RunFolder } from "../../../support/run-folder.ts";

const SOURCE = `version: 1
task: text-classification
model: { name_or_path: distilbert-base-uncased }
data:
  train: data/train.jsonl
train:
  learning_rate: 2.0e-4
  num_train_epochs: 3
`;

let store: ReturnType<typeof makeStoreFolder>;
let file: string;
beforeEach(() => {
  store = makeStoreFolder();
  file = join(dirname(store.root), "finetune.yaml");
  writeFileSync(file, SOURCE);
});
afterEach(() => store.remove());

/** A run as it would have been started from the file above. */
function run({ overrides = [], parent }: { overrides?: string[]; parent?: RunFolder } = {}) {
  const { config, origins } = resolveConfig(parseConfig(SOURCE, file).value, { overrides });
  const folder = new RunFolder(store.root, { configFile: file }, config as unknown as Record<string, unknown>);
  writeJsonAtomic(runFile(folder.dir, "origins"), origins);
  writeFileSync(runFile(folder.dir, "configSource"), SOURCE);
  const record = {
    configFile: file,
    dir: folder.dir,
    config: config as unknown as Record<string, unknown>,
    origins: origins as Record<string, string>,
    parent: parent ? { run: parent.id, step: 10 } : null,
  };
  const answers = configAnswers(async () => record as RunRecord);
  const entry = async (key: string) => (await answers.config()).entries.find((one) => one.key === key);
  return { folder, answers, entry };
}

describe("the config of a run", () => {
  test("each value has its origin, what is written also its line", async () => {
    const { answers, entry } = run({ overrides: ["train.num_train_epochs=5"] });
    expect(await entry("train.learning_rate")).toMatchObject({ value: 2e-4, origin: "file", line: 7, differs: false });
    expect(await entry("model.name_or_path")).toMatchObject({ origin: "file", line: 3 });
    expect(await entry("train.num_train_epochs")).toMatchObject({ value: 5, origin: "override", line: null });
    expect(await entry("train.weight_decay")).toMatchObject({ origin: "default", line: null });
    const { entries, source, nowProblem } = await answers.config();
    expect({ source, nowProblem }).toEqual({ source: SOURCE, nowProblem: null });
    expect(entries.find(({ key }) => key === "train.learning_rate")?.about).not.toBe("");
  });

  test("what the file says now stands beside what the run has, as soon as it is saved", async () => {
    const { answers, entry } = run();
    expect((await answers.config()).entries.filter(({ differs }) => differs)).toEqual([]);
    writeFileSync(file, SOURCE.replace("2.0e-4", "1.0e-4").replace("data/train.jsonl", "data/more.jsonl # other data"));
    const { entries } = await answers.config();
    expect(entries.filter(({ differs }) => differs).map(({ key, value, now }) => [key, value, now])).toEqual([
      ["data.train", "data/train.jsonl", "data/more.jsonl"],
      ["train.learning_rate", 2e-4, 1e-4],
    ]);
    expect(await entry("train.num_train_epochs")).toMatchObject({ differs: false });
  });

  test("a key that only the file has now is named when somebody wrote it", async () => {
    const { answers } = run();
    writeFileSync(file, `${SOURCE}hardware:\n  env: { OMP_NUM_THREADS: 4 }\n`);
    const after = await answers.config();
    expect(after.entries.find(({ key }) => key === "hardware.env.OMP_NUM_THREADS")).toMatchObject({
      origin: "none",
      now: 4,
      differs: true,
    });
  });

  test.each([
    ["is gone", () => rmSync(file), /finetune\.yaml is no longer there/],
    ["has errors", () => writeFileSync(file, SOURCE.replace("2.0e-4", "fast")), /errors now.*Line 7/],
    ["is no YAML", () => writeFileSync(file, "a: [1\nb: }"), /errors now/],
    ["became a folder", () => (rmSync(file), mkdirSync(file)), /finetune\.yaml cannot be read/],
  ])("a file that %s is not compared, and why is said", async (_name, change, reason) => {
    const { answers } = run();
    change();
    const { entries, nowProblem } = await answers.config();
    expect(nowProblem).toMatch(reason);
    expect(entries.length).toBeGreaterThan(20);
    expect(entries.some(({ differs }) => differs)).toBe(false);
  });

  test("a secret in the file never reaches the page", async () => {
    const { answers } = run();
    writeFileSync(file, `${SOURCE}hardware:\n  env: { HF_TOKEN: hf_abcdefghijklmnopqrstuvwx }\n`);
    expect(JSON.stringify((await answers.config()).entries)).not.toContain("hf_abc");
  });

  test("a forked run tells what its parent had", async () => {
    const parent = run();
    const { entry } = run({ overrides: ["train.learning_rate=1e-3"], parent: parent.folder });
    expect(await entry("train.learning_rate")).toMatchObject({ value: 1e-3, parent: 2e-4, origin: "override" });
    expect(await entry("train.num_train_epochs")).not.toHaveProperty("parent");
  });
});
