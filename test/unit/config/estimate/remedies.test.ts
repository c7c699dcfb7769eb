import { beforeAll, expect, test } from "vitest";
import { estimate } from "../../../../src/config/estimate/estimate.ts";
import { remedies } from "../../../../src/config/estimate/remedies.ts";
import type { ModelFacts } from "../../../../src/config/facts/facts.ts";
import { modelFacts, MODELS, resolved } from "../../../support/estimate-facts.ts";

const GIB = 1024 ** 3;
let bert: ModelFacts;
let llama: ModelFacts;

beforeAll(async () => {
  bert = await modelFacts(MODELS.bertBase);
  llama = await modelFacts(MODELS.llama8b);
});

const ways = (written: Record<string, unknown>, model: ModelFacts, limitGib: number, origins = {}) =>
  remedies(resolved(written), { model }, origins, limitGib * GIB);

const lm = { task: "causal-lm", data: { train: "t.jsonl", max_length: 2048 }, method: { type: "lora" } };

test("checkpointing alone comes first where it is enough, with the peak it leads to", () => {
  const written = {
    method: { type: "full" },
    data: { train: "t.csv", max_length: 512 },
    train: { per_device_train_batch_size: 32 },
  };
  const before = estimate(resolved(written), { model: bert }).gpuMemory!.peakBytes / GIB;
  const [first, ...others] = ways(written, bert, 6);
  expect(before).toBeGreaterThan(12);
  expect(first!.fix.title).toMatch(/^Turn on gradient checkpointing: about \d\.\d GB$/);
  expect(first!.fix.edits).toEqual([{ kind: "set", path: ["train", "gradient_checkpointing"], value: true }]);
  expect(first!.fix.safe).toBe(false);
  expect(first!.peakBytes).toBeLessThan(6 * GIB);
  expect(others.map(({ fix }) => fix.title.split(":")[0])).toEqual([
    "Write batch 8 with accumulation 4",
    "Cut texts at 128 tokens",
    "Switch to QLoRA",
  ]);
  expect(others.map(({ fits }) => fits)).toEqual([true, true, false]);
});

test("the batch is halved as often as it takes, and the optimizer step keeps its rows", () => {
  const [batch] = ways({ ...lm, train: { per_device_train_batch_size: 8, gradient_accumulation_steps: 2 } }, llama, 26);
  expect(batch!.fix.edits).toEqual([
    { kind: "set", path: ["train", "per_device_train_batch_size"], value: 2 },
    { kind: "set", path: ["train", "gradient_accumulation_steps"], value: 8 },
  ]);
});

test("where no step is enough, the cheapest together are, with the largest batch that fits", () => {
  const [together] = ways(lm, llama, 16);
  expect(together!.fix.title).toBe("All together (batch 2 with accumulation 4, QLoRA): about 14.5 GB");
  expect(together!.fits).toBe(true);
});

test("what is not enough is offered after what is, with its peak", () => {
  const all = ways(lm, llama, 16);
  const first = all.findIndex(({ fits }) => !fits);
  expect(all.slice(first).every(({ fits, peakBytes }) => !fits && peakBytes > 16 * GIB)).toBe(true);
});

test("from a full fine-tune to QLoRA its own learning rate goes, for adapters take another", () => {
  const written = { ...lm, method: { type: "full" }, train: { learning_rate: 1e-5 } };
  const quantised = ways(written, llama, 60, { "train.learning_rate": "file" }).find(({ fix }) =>
    fix.title.startsWith("Switch"),
  );
  expect(quantised!.fix.edits).toEqual([
    { kind: "set", path: ["method", "type"], value: "qlora" },
    { kind: "remove", path: ["train", "learning_rate"] },
  ]);
});

test("steps that cannot be taken are not offered", () => {
  const titles = (written: Record<string, unknown>, model: ModelFacts) =>
    ways(written, model, 0.1).map(({ fix }) => fix.title);
  const none = titles(
    {
      ...lm,
      method: { type: "qlora" },
      train: { per_device_train_batch_size: 1 },
      data: { train: "t", max_length: 64 },
    },
    llama,
  );
  expect(none).toEqual([]);
  const mpnet = { ...bert, type: "mpnet" };
  expect(titles({}, mpnet).some((title) => title.includes("checkpointing"))).toBe(false);
  expect(titles({}, { ...bert, quantization: "gptq" }).some((title) => title.includes("QLoRA"))).toBe(false);
});

test("everything together is used to the last step when it must be", () => {
  const all = ways(lm, llama, 7.5);
  expect(all[0]!.fix.title).toMatch(
    /^All together \(batch 1 with accumulation 8, QLoRA, texts of at most \d+ tokens\): about/,
  );
});
