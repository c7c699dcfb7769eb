import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { safeFixes } from "../../../src/config/edit/safe-fixes.ts";
import { applyTextEdits } from "../../../src/config/edit/text-edits.ts";
import { fixFile } from "../../../src/config/fix-file.ts";
import { parseConfig } from "../../../src/config/parse.ts";
import { checkText } from "../../../src/config/validate.ts";
import { dataFolder } from "../../support/data-folder.ts";

const OPTIONS = { env: {}, tiers: ["text"] as const };

const PASTED = `# from elsewhere
version: 1
task: text-classification
base_model: org/name   # the small one
dataset: data.csv
lora_r: 16
cutoff_len: 128 # tokens
micro_batch_size: 4
num_epochs: 3
lr: 2e-4 # tuned
warmup_ratio: 0.06
bf16: true
evaluation_strategy: epoch
save_strategy: epoch
load_best_model_at_end: true
overwrite_output_dir: true
logging_steps: 10
`;

test("a pasted config becomes ours, comments and values as they were written", async () => {
  const file = join(dataFolder({ "finetune.yaml": PASTED }), "finetune.yaml");
  const { report, made } = await fixFile(file, OPTIONS);
  expect(readFileSync(file, "utf8")).toBe(`# from elsewhere
version: 1
task: text-classification
model:
  name_or_path: org/name   # the small one
data:
  train: data.csv
  max_length: 128 # tokens
method:
  r: 16
train:
  per_device_train_batch_size: 4
  num_train_epochs: 3
  learning_rate: 2e-4 # tuned
  warmup: "6%"
  precision: bf16
eval:
  strategy: epoch
`);
  expect(made).toHaveLength(14);
  expect(report.diagnostics.filter(({ id }) => ["C01", "C04", "C62"].includes(id))).toEqual([]);
});

test("the byte order mark, line ends and the file's mode stay; a link stays a link", async () => {
  const folder = dataFolder({ "real.yaml": `\uFEFFversion: 1\r\ntask: text-classification\r\nlr: 2e-4 # 好\r\n` });
  const real = join(folder, "real.yaml");
  chmodSync(real, 0o640);
  const link = join(folder, "finetune.yaml");
  symlinkSync(real, link);
  await fixFile(link, OPTIONS);
  expect(readFileSync(real, "utf8")).toBe(
    `\uFEFFversion: 1\r\ntask: text-classification\r\ntrain:\r\n  learning_rate: 2e-4 # 好\r\n`,
  );
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test("a file without anything to fix is not written", async () => {
  const file = join(dataFolder({ "finetune.yaml": "version: 1\ntask: text-classification\n" }), "finetune.yaml");
  const before = statSync(file).ino;
  const { made } = await fixFile(file, OPTIONS);
  expect(made).toEqual([]);
  expect(statSync(file).ino).toBe(before);
});

test("what is not UTF-8 text is refused and stays as it is", async () => {
  const bytes = Buffer.from("version: 1\nlr: 1 # \xff\n", "latin1");
  const file = join(dataFolder({ "finetune.yaml": bytes }), "finetune.yaml");
  await expect(fixFile(file, OPTIONS)).rejects.toMatchObject({ code: "config-not-text" });
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test("a file that somebody else changes meanwhile is not overwritten", async () => {
  const file = join(dataFolder({ "finetune.yaml": "version: 1\ntask: text-classification\nlr: 1\n" }), "finetune.yaml");
  const onTier = (): void => writeFileSync(file, "version: 1\n");
  await expect(fixFile(file, { ...OPTIONS, onTier })).rejects.toMatchObject({ code: "config-changed" });
  expect(readFileSync(file, "utf8")).toBe("version: 1\n");
});

/** What one pass of safe fixes makes of a text. */
async function onePass(text: string) {
  const { report } = await checkText(text, "/nowhere/finetune.yaml", OPTIONS);
  const { edits, made } = safeFixes(parseConfig(text, "finetune.yaml"), report.diagnostics);
  return { text: applyTextEdits(text, edits), made: made.map(({ diagnostic }) => diagnostic.key) };
}

const HEAD = "version: 1\ntask: text-classification\n";

test("contradictions are left to a person", async () => {
  const text = `${HEAD}lr: 1\nlearning_rate: 2\nfp16: true\nbf16: true\n`;
  expect(await onePass(text)).toEqual({ text, made: [] });
});

test("of two fixes for the same key with the same value one is made in a pass", async () => {
  const { text, made } = await onePass(`${HEAD}lr: 1\nlearning_rate: 1\n`);
  expect(made).toEqual(["lr"]);
  expect(text).toBe(`${HEAD}train:\n  learning_rate: 1\nlearning_rate: 1\n`);
});
