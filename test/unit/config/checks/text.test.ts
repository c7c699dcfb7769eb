import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diagnosticLines } from "../../../../src/cli/diagnostics.ts";
import type { Colours } from "../../../../src/cli/terminal.ts";
import { c57Size } from "../../../../src/config/checks/files/c57-size.ts";
import { ALL_CHECKS } from "../../../../src/config/checks/index.ts";
import { factsOf } from "../../../../src/config/facts/index.ts";
import { parseConfig } from "../../../../src/config/parse.ts";
import { EXAMPLES } from "../../../../src/config/reference/examples.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import { checkText, validateFile } from "../../../../src/config/validate.ts";
import { dataFolder } from "../../../support/data-folder.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const HEAD = "version: 1\ntask: text-classification\n";
const TORCH = `${HEAD}model: { name_or_path: org/name }\ndata: { train: t.csv }\n`;

/** Findings of the text alone, as `C34 train.learning_rate`. */
async function found(text: string, overrides: readonly string[] = []): Promise<string[]> {
  const { report } = await checkText(text, "/nowhere/finetune.yaml", { overrides, env: {}, tiers: ["text"] });
  return report.diagnostics.map(({ id, key }) => `${id} ${key}`).filter((one) => !one.startsWith("C52"));
}

describe("what is set for one run puts aside what the file says", () => {
  test("evaluation data", async () => {
    const file = TORCH.replace("t.csv }", "t.csv, eval_fraction: 0.2 }");
    expect(await found(file, ["data.eval=dev.csv"])).toEqual([]);
    const named = TORCH.replace("t.csv }", "t.csv, eval: dev.csv }");
    expect(await found(named, ["data.eval_fraction=0.2"])).toEqual(["C05 data.eval_fraction"]);
  });

  test("the method", async () => {
    const file = `${TORCH}method: { type: lora, r: 8, lora_alpha: 16 }\n`;
    expect(await found(file, ["method.type=full"])).toEqual([]);
    expect(await found(`${TORCH}method: { type: full }\n`, ["method.r=8"])).toEqual(["C31 method.r"]);
    expect(await found(file.replace("lora,", "full,"))).toEqual(["C31 method.r", "C31 method.lora_alpha"]);
  });

  test("when evaluations come", async () => {
    const file = `${TORCH}eval: { strategy: steps, steps: 10 }\n`;
    expect(await found(file, ["eval.strategy=epoch"])).toEqual([]);
    expect(await found(file.replace("steps,", "epoch,"))).toEqual(["C05 eval.steps"]);
  });
});

test("pasted settings that contradict each other are told beside their names", async () => {
  const text = `${TORCH}fp16: true\nbf16: true\nevaluation_strategy: epoch\nsave_strategy: steps\nwarmup_steps: 5\nwarmup_ratio: 0.1\n`;
  expect((await found(text)).filter((one) => /^C0[58]/.test(one))).toEqual([
    "C05 bf16",
    "C08 save_strategy",
    "C05 warmup_ratio",
  ]);
  expect((await found(text)).filter((one) => /^C0[14]/.test(one))).toHaveLength(6);
});

describe("secrets", () => {
  const SECRET = "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";

  test.each([
    `run: { name: ${SECRET} }`,
    `run: { tags: [a, "Bearer ${SECRET}"] }`,
    `hub_token: ${SECRET}`,
    `hardware: { env: { HF_TOKEN: ${SECRET} } }`,
    `track: { project: "https://user:${SECRET}@example.org" }`,
    `lr: ${SECRET}`,
    `train: { learning_rate: ${SECRET} }`,
    `model: { framework: ${SECRET} }`,
    `wandb_key: 0123456789abcdef0123456789abcdef01234567`,
    `run: { seed: 1 } # for ${SECRET}`,
    `# ${SECRET}`,
  ])("%s is found, and no message holds it", async (line) => {
    const { report } = await checkText(`${TORCH}${line}\n`, "/nowhere/finetune.yaml", { env: {}, tiers: ["text"] });
    expect(report.diagnostics.filter(({ id }) => id === "C55")).toHaveLength(1);
    const told = report.diagnostics.flatMap(({ message, fixes }) => [message, ...fixes.map(({ title }) => title)]);
    expect(told.join("\n")).not.toContain("NotARealToken");
  });

  test("an excerpt of the file hides it", async () => {
    const text = `${TORCH}run: { name: ${SECRET}, seed: -1 }\n`;
    const { report } = await checkText(text, "/nowhere/finetune.yaml", { env: {}, tiers: ["text"] });
    const plain = (line: string) => line;
    const colours = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, blue: plain };
    const lines = diagnosticLines("finetune.yaml", report.diagnostics, text, colours as Colours);
    expect(lines.filter((line) => line.includes("seed: -1"))).toHaveLength(2);
    expect(lines.join("\n")).not.toContain("NotARealToken");
  });

  test("one set for a single run is found, where the file says nothing", async () => {
    const file = `${TORCH}hardware: { env: { A: 1 } }\n`;
    expect(await found(file, [`hardware.env.HF_TOKEN=${SECRET}`])).toEqual(["C55 hardware.env.HF_TOKEN"]);
  });
});

test("C03 tells of words that YAML 1.1 reads differently, and of no others", async () => {
  expect(await found(`${TORCH}run: { tags: [010, 007] }\n`)).toEqual([
    "C62 run.tags.0",
    "C03 run.tags.0",
    "C62 run.tags.1",
  ]);
});

test("C09 offers a metric by the name Hugging Face logs it under", async () => {
  const text = `${TORCH}eval: { metrics: [eval_accuracy, eval/f1] }\n`;
  const { report } = await checkText(text, "/nowhere/finetune.yaml", { env: {}, tiers: ["text"] });
  expect(report.diagnostics.filter(({ id }) => id === "C09").flatMap(({ fixes }) => fixes)).toMatchObject([
    { title: "Write `accuracy`" },
    { title: "Write `f1_macro`" },
  ]);
});

test("a pattern for more than 20 GB is streamed, and then needs `train.max_steps`", () => {
  const folder = dataFolder({
    "a.csv": "text,label\nx,y\n",
    "finetune.yaml": TORCH.replace("t.csv }", '"*.csv", eval: dev.tsv }'),
    "dev.tsv": "text\tlabel\nx\ty\n",
  });
  const context = contextOf(join(folder, "finetune.yaml"));
  expect(c57Size.run!(context)).toEqual([]);
  writeFileSync(join(folder, "b.csv"), "");
  truncateSync(join(folder, "b.csv"), 20e9);
  expect(c57Size.run!(context)).toMatchObject([{ id: "C57", path: ["data", "train"], severity: "error" }]);
});

/** What checks of a file are given. */
function contextOf(file: string) {
  const parsed = parseConfig(readFileSync(file, "utf8"), file);
  const { healthy, origins } = resolveConfig(parsed.value);
  if (!healthy || healthy.task === "script") throw new Error("not a config of a trainer");
  const baseDir = join(file, "..");
  const facts = factsOf(healthy, baseDir, {});
  return { config: healthy, origins, written: parsed.value!, parsed, baseDir, env: {}, facts };
}

describe("configs that are shown as examples", () => {
  test.each(EXAMPLES.map(({ title, text }) => [title, text] as const))("%s", async (_title, text) => {
    expect(await found(text)).toEqual([]);
  });

  const files = readdirSync(join(ROOT, "examples"), { recursive: true, encoding: "utf8" });
  test.each(files.filter((name) => name.endsWith("finetune.yaml")))("examples/%s", async (name) => {
    const report = await validateFile(join(ROOT, "examples", name), { env: {}, tiers: ["text"] });
    expect(report.diagnostics).toEqual([]);
  });

  test("QLoRA of a chat model is told of its merged export alone", async () => {
    const text = `version: 1
task: causal-lm
model: { name_or_path: Qwen/Qwen3-4B-Instruct-2507, attn_implementation: sdpa }
data: { train: [data/chat.jsonl, data/faq.parquet], eval_fraction: 0.05, max_length: 2048, completion_only_loss: true }
method: { type: qlora, bits: 4, r: 32, lora_alpha: 64, lora_dropout: 0, target_modules: all-linear }
train: { per_device_train_batch_size: 1, gradient_accumulation_steps: 16, learning_rate: 1.0e-4, optim: paged_adamw_8bit }
eval: { strategy: steps, steps: 100, metrics: [loss, perplexity] }
export: { formats: [adapter, merged] }
`;
    expect((await found(text)).filter((one) => !one.startsWith("C64"))).toEqual(["C33 export.formats.1"]);
  });
});

test("no check of the text throws for a file with nothing but odd values", async () => {
  const odd = ["null", "[]", "{}", "0", "-1", "1e999", '""', "[[[]]]", "{ a: { b: { c: [1, { d: e }] } } }", "*none"];
  const groups = [
    "run",
    "model",
    "data",
    "script",
    "method",
    "train",
    "eval",
    "checkpoint",
    "hardware",
    "export",
    "track",
  ];
  for (const task of ["text-classification", "script"]) {
    for (const value of odd) {
      const text = `version: 1\ntask: ${task}\n${groups.map((group) => `${group}: ${value}\n`).join("")}`;
      await expect(found(text)).resolves.toBeInstanceOf(Array);
    }
  }
});

test("every check of the text says what it finds in a phrase, and why in whole sentences", () => {
  for (const { id, title, why } of ALL_CHECKS) {
    expect(title, id).not.toMatch(/^[A-Z][a-z]+ .*\.$/);
    expect(why, id).toMatch(/^[A-Z`].*\.$/);
  }
});
