import { beforeAll, describe, expect, test } from "vitest";
import { estimate } from "../../../../src/config/estimate/estimate.ts";
import { stepMemory } from "../../../../src/config/estimate/gpu-memory.ts";
import type { ModelFacts } from "../../../../src/config/facts/facts.ts";
import { machineFacts, modelFacts, MODELS, resolved } from "../../../support/estimate-facts.ts";

const GIB = 1024 ** 3;
const MB = 1e6;
let bert: ModelFacts;
let llama: ModelFacts;

beforeAll(async () => {
  bert = await modelFacts(MODELS.bertBase);
  llama = await modelFacts(MODELS.llama8b);
});

/** Parts of a step in MB, before context and fragmentation. */
function step(model: ModelFacts, written: Record<string, unknown>, tokens = 128, precision: "bf16" | "fp32" = "bf16") {
  const parts = stepMemory({ config: resolved(written), model, tokens, labels: 2 }, precision);
  return Object.fromEntries(
    Object.entries(parts).map(([name, value]) => [name, typeof value === "number" ? Math.round(value / MB) : value]),
  );
}

const peak = (model: ModelFacts, written: Record<string, unknown>): number =>
  estimate(resolved(written), { model, machine: machineFacts(24) }).gpuMemory!.peakBytes / GIB;

describe("a BERT classifier of 109.5 M parameters, 8 rows of 128 tokens, by hand", () => {
  test("all weights: 16 bytes a parameter, 16-bit copies of 85 M in linear layers, 34h + 8m of each layer", () => {
    // 8·128·(34·768 + 8·3072)·12 = 623 MB; copies 2·85.5 M = 171 MB.
    expect(step(bert, { method: { type: "full" } })).toMatchObject({
      weights: 438,
      gradients: 438,
      optimizer: 876,
      activations: 623 + 170,
      logits: 0,
    });
  });

  test("eager attention adds 6·b·a·s², checkpointing keeps 2h of each layer and one layer whole", () => {
    const full = { method: { type: "full" } };
    const eager = step(bert, { ...full, model: { name_or_path: "m", attn_implementation: "eager" } });
    // 6·8·12·128²·12 = 113 MB.
    expect(eager["activations"]).toBe(step(bert, full)["activations"]! + 113);
    // 2·8·128·768·12 = 18.9 MB and 51.9 MB of one layer.
    const checkpointed = step(bert, { ...full, train: { gradient_checkpointing: true } });
    expect(checkpointed["activations"]).toBe(19 + 52 + 170);
  });

  test("adapters of rank 16 on query and value: 0.59 M and the head in fp32, the base in 16 bits", () => {
    // Σ r(in + out) = 16·1536·2·12 = 589,824, and a head of 2·768.
    const parts = stepMemory(
      { config: resolved({ method: { type: "lora" } }), model: bert, tokens: 128, labels: 2 },
      "bf16",
    );
    expect(parts.gradients).toBe(4 * (589_824 + 1536));
    expect(parts.optimizer).toBe(8 * (589_824 + 1536));
    expect(parts.weights).toBe(2 * bert.parameters + 4 * (589_824 + 1536));
    // 41h + 6m of each layer, as measured for q and v with dropout.
    expect(parts.activations).toBe(8 * 128 * (41 * 768 + 6 * 3072) * 12);
  });

  test("a frozen backbone keeps nothing of its layers for the backward pass but the one it is in", () => {
    const parts = step(bert, { method: { type: "freeze" } });
    expect(parts).toMatchObject({ weights: 438, gradients: 0, optimizer: 0, activations: 52 });
  });

  test("freezing the first layers leaves gradient and activations of the others", () => {
    const all = step(bert, { method: { type: "full" } });
    const half = step(bert, { method: { type: "freeze", freeze: 6 } });
    expect(half["activations"]).toBeCloseTo(all["activations"]! / 2, -1);
    expect(half["gradients"]).toBe(170);
  });

  test("optimizers: 8-bit AdamW a quarter of AdamW, SGD half, Adafactor nothing that counts", () => {
    const state = (optim: string) => step(bert, { method: { type: "full" }, train: { optim } })["optimizer"];
    expect([state("adamw_torch"), state("adamw_8bit"), state("sgd"), state("adafactor")]).toEqual([876, 219, 438, 0]);
  });
});

describe("an 8B language model", () => {
  const lm = { task: "causal-lm", data: { train: "t.jsonl", max_length: 2048 } };

  test("logits take 10 bytes a score of the vocabulary", () => {
    const parts = step(llama, { ...lm, train: { per_device_train_batch_size: 2 } }, 2048);
    expect(parts["logits"]).toBe(Math.round((10 * 2 * 2048 * 128_256) / MB));
  });

  test("QLoRA takes 0.5625 bytes a linear weight, 16 bits for the rest; 8 bits take one byte", () => {
    const weights = (bits: number) => step(llama, { ...lm, method: { type: "qlora", bits, r: 8 } }, 2048)["weights"]!;
    const linear = 8_030_261_248 - 2 * 128_256 * 4096 - 65 * 4096;
    const rest = 8_030_261_248 - linear;
    const adapters = 4 * 32 * 8 * (4096 + 4096 + 4096 + 1024);
    expect(weights(4)).toBe(Math.round((0.5625 * linear + 2 * rest + adapters) / MB));
    expect(weights(8)).toBe(Math.round((linear + 2 * rest + adapters) / MB));
  });

  test("a full fine-tune needs 16 bytes a parameter, which no card of 80 GB has", () => {
    expect(peak(llama, { ...lm, method: { type: "full" } })).toBeGreaterThan(120);
    expect(peak(llama, { ...lm, method: { type: "qlora" }, train: { per_device_train_batch_size: 1 } })).toBeLessThan(
      16,
    );
  });

  test("all linear layers with dropout keep more than a full fine-tune does", () => {
    const train = { gradient_checkpointing: false, per_device_train_batch_size: 1 };
    const lora = step(llama, { ...lm, train, method: { type: "lora", target_modules: "all-linear" } }, 2048);
    expect(lora["activations"]).toBe(Math.round((2048 * (73 * 4096 + 14 * 14_336) * 32) / MB));
    const full = step(llama, { ...lm, train, method: { type: "full" } }, 2048);
    expect(lora["activations"]).toBeGreaterThan((2048 * (34 * 4096 + 8 * 14_336) * 32) / MB);
    expect(full["weights"]).toBeGreaterThan(lora["weights"]!);
  });

  test("checkpointing is on by itself from a billion parameters", () => {
    const assumed = (model: ModelFacts) => estimate(resolved(lm), { model }).gpuMemory!.assumed;
    expect(assumed(llama).gradientCheckpointing).toBe(true);
    expect(assumed(bert).gradientCheckpointing).toBe(false);
  });

  test("accumulation keeps gradients through the next forward pass", () => {
    const small = { data: { train: "t.csv", max_length: 512 }, method: { type: "full" } };
    const one = estimate(resolved(small), { model: bert }).gpuMemory!.parts;
    const two = estimate(resolved({ ...small, train: { gradient_accumulation_steps: 2 } }), { model: bert }).gpuMemory!
      .parts;
    expect(one.gradients).toBe(0);
    expect(two.gradients).toBe(4 * bert.parameters);
  });
});

describe("precision and what is left out", () => {
  test("`auto` is bf16, fp16 on cards before Ampere", () => {
    const precision = (capability: number | null) => {
      const machine = machineFacts(10);
      const gpus = machine.gpus.map((gpu) => ({ ...gpu, capability }));
      return estimate(resolved({}), { model: bert, machine: { ...machine, gpus } }).gpuMemory!.assumed.precision;
    };
    expect([precision(8.9), precision(7.5), precision(null)]).toEqual(["bf16", "fp16", "bf16"]);
  });

  test("the teacher of a distillation lies beside the student, and is named where it is not known", () => {
    const written = { method: { type: "distill", teacher: { name_or_path: "org/teacher" } } };
    const without = estimate(resolved(written), { model: bert }).gpuMemory!;
    const beside = estimate(resolved(written), { model: bert, teacher: bert }).gpuMemory!;
    expect(without.notModelled).toEqual(["the teacher, whose files are not known"]);
    expect(beside.notModelled).toEqual([]);
    expect(beside.parts.weights - without.parts.weights).toBe(2 * bert.parameters);
  });

  test("sharding, experts, vision and DoRA are named", () => {
    const tensors = [
      ...llama.tensors,
      { name: "model.layers.0.mlp.experts.0.w1.weight", shape: [8, 8], dtype: "BF16" },
      { name: "vision_tower.patch.weight", shape: [8, 8], dtype: "BF16" },
    ];
    const config = resolved({
      task: "causal-lm",
      method: { type: "lora", use_dora: true },
      hardware: { strategy: "fsdp", devices: 2 },
    });
    expect(estimate(config, { model: { ...llama, tensors } }).gpuMemory!.notModelled).toEqual([
      "sharding over several GPUs",
      "a mixture of experts",
      "the vision part of the model",
      "DoRA's copies of the weights",
    ]);
  });

  test("the range holds the sum of the parts, and the context is inside it", () => {
    const { lowBytes, peakBytes, highBytes, parts } = estimate(resolved({}), { model: bert }).gpuMemory!;
    expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBe(peakBytes);
    expect(lowBytes).toBeGreaterThan(0.5 * GIB);
    expect(lowBytes).toBeLessThan(peakBytes);
    expect(highBytes).toBeGreaterThan(peakBytes);
    expect(parts.overhead).toBeGreaterThan(GIB);
  });

  test("the embedded trainer takes no GPU", () => {
    const config = resolved({ model: { framework: "tfjs", name_or_path: "m" } });
    expect(estimate(config, { model: bert }).gpuMemory).toBeNull();
  });
});
