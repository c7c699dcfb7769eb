import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createRandom } from "../../../../../src/base/random.ts";
import { loadBackend } from "../../../../../src/trainers/tfjs/backends/load.ts";
import { createModel } from "../../../../../src/trainers/tfjs/models/create.ts";
import type { ClassifierModel } from "../../../../../src/trainers/tfjs/models/model.ts";
import { writeSafetensors, type NamedTensor } from "../../../../../src/trainers/tfjs/weights/safetensors.ts";
import { randomBert, SIZES, WORDS, writeBertFolder, type BertWeights } from "../../../../support/bert-folder.ts";
import { bertLogits, gelu } from "../../../../support/bert-reference.ts";

/** The families compute as BERT does but for names, positions and the layer below the classifier, so BERT's reference serves them all. */
const LABELS = ["a", "b", "c"];
const IDS = [2, 4, 7, 9, 3];
const relu = (x: number): number => Math.max(0, x);

let dir: string;
beforeAll(() => loadBackend("cpu"));
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "tuning-fork-family-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const distilbertConfig = {
  model_type: "distilbert",
  dim: SIZES.hidden,
  n_layers: SIZES.layers,
  n_heads: SIZES.heads,
  hidden_dim: SIZES.intermediate,
  activation: "gelu",
  max_position_embeddings: SIZES.positions,
  vocab_size: WORDS.length,
  pad_token_id: 0,
};

const DISTILBERT_NAMES: [from: RegExp, to: string][] = [
  [/^bert\.pooler\.dense/, "pre_classifier"],
  [/^bert\.encoder\.layer\.(\d)\.attention\.self\.(query|key|value)/, "distilbert.transformer.layer.$1.attention.$2"],
  [/attention\.(q|k|v)(uery|ey|alue)/, "attention.$1_lin"],
  [/^bert\.encoder\.layer\.(\d)\.attention\.output\.dense/, "distilbert.transformer.layer.$1.attention.out_lin"],
  [/^bert\.encoder\.layer\.(\d)\.attention\.output\.LayerNorm/, "distilbert.transformer.layer.$1.sa_layer_norm"],
  [/^bert\.encoder\.layer\.(\d)\.intermediate\.dense/, "distilbert.transformer.layer.$1.ffn.lin1"],
  [/^bert\.encoder\.layer\.(\d)\.output\.dense/, "distilbert.transformer.layer.$1.ffn.lin2"],
  [/^bert\.encoder\.layer\.(\d)\.output\.LayerNorm/, "distilbert.transformer.layer.$1.output_layer_norm"],
  [/^bert\./, "distilbert."],
];

test("DistilBERT: no token types, a dense layer with relu", async () => {
  const weights = randomBert();
  weights.get("bert.embeddings.token_type_embeddings.weight")!.data.fill(0);
  lay(weights, distilbertConfig, (name) =>
    name.includes("token_type") ? null : DISTILBERT_NAMES.reduce((now, [from, to]) => now.replace(from, to), name),
  );
  await expectLogits(bertLogits(weights, IDS, relu), "distilbert");
});

test("RoBERTa: positions after that of padding, its own classifier", async () => {
  const weights = randomBert();
  const positions = weights.get("bert.embeddings.position_embeddings.weight")!;
  const stored = new Map(weights);
  stored.set("bert.embeddings.position_embeddings.weight", {
    shape: [SIZES.positions + 2, SIZES.hidden],
    data: Float32Array.from([...new Float32Array(2 * SIZES.hidden).fill(9), ...positions.data]),
  });
  const config = {
    ...bertConfig(),
    model_type: "roberta",
    pad_token_id: 1,
    max_position_embeddings: SIZES.positions + 2,
  };
  lay(stored, config, (name) =>
    name
      .replace("bert.pooler.dense", "classifier.dense")
      .replace(/^classifier\.(weight|bias)/, "classifier.out_proj.$1")
      .replace(/^bert\./, "roberta."),
  );
  await expectLogits(bertLogits(weights, IDS), "roberta");
});

test("ELECTRA: a dense layer with GELU", async () => {
  const weights = randomBert();
  lay(weights, { ...bertConfig(), model_type: "electra" }, (name) =>
    name
      .replace("bert.pooler.dense", "classifier.dense")
      .replace(/^classifier\.(weight|bias)/, "classifier.out_proj.$1")
      .replace(/^bert\./, "electra."),
  );
  await expectLogits(bertLogits(weights, IDS, gelu), "electra");
});

test("a bare encoder in shards, with LayerNorm's older names, and without a classifier: the head starts random", async () => {
  const weights = randomBert();
  writeBertFolder(dir, weights, LABELS);
  const tensors = [...weights]
    .filter(([name]) => name.startsWith("bert."))
    .map(([name, { shape, data }]) => ({
      name: name
        .slice("bert.".length)
        .replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta"),
      shape,
      data: () => data,
    }));
  rmSync(join(dir, "model.safetensors"));
  const shards = {
    "model-00001-of-00002.safetensors": tensors.slice(0, 10),
    "model-00002-of-00002.safetensors": tensors.slice(10),
  };
  for (const [file, part] of Object.entries(shards)) writeSafetensors(join(dir, file), part);
  const map = Object.entries(shards).flatMap(([file, part]) => part.map(({ name }) => [name, file]));
  writeFileSync(join(dir, "model.safetensors.index.json"), JSON.stringify({ weight_map: Object.fromEntries(map) }));
  const model = await open();
  expect(model.facts.headLoaded).toBe(false);
  for (const { name, value } of model.parameters.filter(({ name }) => name.includes("LayerNorm"))) {
    expect(value, name).toEqual(weights.get(name)!.data);
  }
  // With the reference's own classifier put in, it computes what the reference does.
  const head = model.parameters.find(({ name }) => name === "classifier.weight")!;
  const { data } = weights.get("classifier.weight")!;
  head.value.set(head.value.map((_, i) => data[(i % 3) * SIZES.hidden + Math.floor(i / 3)]!));
  model.parameters.find(({ name }) => name === "classifier.bias")!.value.set(weights.get("classifier.bias")!.data);
  model.commit();
  await expectSame(model, bertLogits(weights, IDS));
});

test("a shard that the index names and the folder lacks is named", async () => {
  writeBertFolder(dir, randomBert(), LABELS);
  rmSync(join(dir, "model.safetensors"));
  writeFileSync(
    join(dir, "model.safetensors.index.json"),
    JSON.stringify({ weight_map: { a: "model-00001-of-00001.safetensors" } }),
  );
  await expect(open()).rejects.toThrow(
    /holds no model-00001-of-00001\.safetensors, which model\.safetensors\.index\.json names/,
  );
});

test("another kind of model is refused with those that train here", async () => {
  writeBertFolder(dir, randomBert(), LABELS);
  writeFileSync(join(dir, "config.json"), JSON.stringify({ ...bertConfig(), model_type: "gpt2" }));
  await expect(open()).rejects.toMatchObject({
    code: "model-type-unsupported",
    advice: expect.stringMatching(/bert, distilbert, electra, roberta.*builtin:use-lite/) as string,
  });
});

test("weights in PyTorch's pickle only: how to save them anew is said", async () => {
  writeBertFolder(dir, randomBert(), LABELS);
  rmSync(join(dir, "model.safetensors"));
  writeFileSync(join(dir, "pytorch_model.bin"), "pickle");
  await expect(open()).rejects.toMatchObject({ code: "model-weights-format" });
});

function bertConfig(): Record<string, unknown> {
  writeBertFolder(dir, randomBert(), LABELS);
  return JSON.parse(readFileSync(join(dir, "config.json"), "utf8")) as Record<string, unknown>;
}

/** Writes the folder of another family: BERT's weights under other names (null: left out), and the family's config. */
function lay(weights: BertWeights, config: Record<string, unknown>, rename: (name: string) => string | null): void {
  writeBertFolder(dir, weights, LABELS);
  const labels = Object.fromEntries(LABELS.map((label, id) => [id, label]));
  writeFileSync(join(dir, "config.json"), JSON.stringify({ ...config, id2label: labels }));
  const tensors: NamedTensor[] = [];
  for (const [name, { shape, data }] of weights) {
    const renamed = rename(name);
    if (renamed !== null) tensors.push({ name: renamed, shape, data: () => data });
  }
  writeSafetensors(join(dir, "model.safetensors"), tensors);
}

function open(): Promise<ClassifierModel> {
  return createModel({ nameOrPath: dir, pooling: "auto", dropout: 0, freeze: null }, LABELS, {
    random: createRandom(3),
    baseDir: dir,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
}

async function expectLogits(expected: number[], kind: string): Promise<void> {
  const model = await open();
  expect(model.facts).toMatchObject({ kind, headLoaded: true, maxPositions: SIZES.positions });
  await expectSame(model, expected);
}

async function expectSame(model: ClassifierModel, expected: number[]): Promise<void> {
  const ids = Int32Array.from([...IDS, model.padId, model.padId]);
  const mask = Int32Array.from(ids, (_, at) => (at < IDS.length ? 1 : 0));
  const logits = await model.predict({ ids, mask, size: 1, length: ids.length });
  expected.forEach((value, label) => expect(Math.abs(logits[label]! - value)).toBeLessThan(1e-4));
  model.dispose();
}
