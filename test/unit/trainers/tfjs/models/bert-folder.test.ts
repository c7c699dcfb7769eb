import { mkdtempSync, rmSync, unlinkSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRandom } from "../../../../../src/base/random.ts";
import { UserError } from "../../../../../src/base/errors.ts";
import { loadBackend } from "../../../../../src/trainers/tfjs/backends/load.ts";
import { createModel } from "../../../../../src/trainers/tfjs/models/create.ts";
import type { Batch, ClassifierModel, ModelSettings } from "../../../../../src/trainers/tfjs/models/model.ts";
import { openSafetensors } from "../../../../../src/trainers/tfjs/weights/safetensors.ts";
import { randomBert, writeBertFolder } from "../../../../support/bert-folder.ts";
import { bertLogits } from "../../../../support/bert-reference.ts";

const LABELS = ["a", "b", "c"];
const TEXTS = ["red cat runs", "blue dog", "green", "the unknown cat runs red green"];
const weights = randomBert();
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tuning-fork-bert-"));
  writeBertFolder(dir, weights, LABELS);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (settings: Partial<ModelSettings> = {}, folder = dir): Promise<ClassifierModel> =>
  createModel({ nameOrPath: folder, pooling: "auto", dropout: 0, freeze: null, ...settings }, LABELS, {
    random: createRandom(3),
    baseDir: folder,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });

function batchOf(model: ClassifierModel, texts: string[]): Batch {
  const tokens = texts.map((text) => model.tokenize(text, 10));
  const length = Math.max(...tokens.map((ids) => ids.length));
  const ids = new Int32Array(texts.length * length).fill(model.padId);
  const mask = new Int32Array(texts.length * length);
  tokens.forEach((row, at) => {
    ids.set(row, at * length);
    mask.fill(1, at * length, at * length + row.length);
  });
  return { ids, mask, size: texts.length, length };
}

describe.each(["cpu", "wasm"] as const)("a Hugging Face BERT folder on %s", (backend) => {
  beforeAll(() => loadBackend(backend));

  test("gives the logits of an independent implementation, in a padded batch", async () => {
    const model = await open();
    expect(model.tokenize("Red CAT zebra", 10)).toEqual([2, 4, 7, 1, 3]);
    expect(model.tokenize("red cat runs dog", 4)).toEqual([2, 4, 7, 3]);
    expect(model.facts).toMatchObject({ kind: "bert", headLoaded: true });
    const logits = await model.predict(batchOf(model, TEXTS));
    TEXTS.forEach((text, row) => {
      const expected = bertLogits(weights, model.tokenize(text, 10));
      expected.forEach((value, label) => expect(Math.abs(logits[row * 3 + label]! - value)).toBeLessThan(1e-4));
    });
    model.dispose();
  });

  test("its gradients match finite differences of its loss, the embedding table's included", async () => {
    const model = await open();
    const batch = batchOf(model, TEXTS);
    const labels = Int32Array.of(0, 1, 2, 1);
    const lossNow = async (): Promise<number> => (await model.lossAndGradients(batch, labels, createRandom(1))).loss;
    const { gradients } = await model.lossAndGradients(batch, labels, createRandom(1));
    for (const { name, value, shape, sparse } of model.parameters) {
      const gradient = gradients.get(name)!;
      const rows = gradient.ids ?? [0];
      const width = sparse ? shape[1]! : value.length;
      for (const pick of [0, gradient.values.length >> 1, gradient.values.length - 1]) {
        const at = rows[Math.floor(pick / width)]! * width + (pick % width);
        const before = value[at]!;
        const moved = async (by: number): Promise<number> => {
          value[at] = before + by;
          model.commit([name]);
          return lossNow();
        };
        const quotient = ((await moved(1e-2)) - (await moved(-1e-2))) / 2e-2;
        value[at] = before;
        model.commit([name]);
        expect(Math.abs(gradient.values[pick]! - quotient), name).toBeLessThan(3e-3);
      }
    }
    model.dispose();
  });
});

describe("a model folder", () => {
  beforeAll(() => loadBackend("cpu"));

  test("saved and opened again predicts the same, in Hugging Face's own layout", async () => {
    const model = await open();
    const batch = batchOf(model, TEXTS);
    const before = await model.predict(batch);
    const saved = join(dir, "saved");
    model.saveFolder(saved);
    const file = openSafetensors(join(saved, "model.safetensors"));
    for (const [name, { shape, data }] of weights) {
      expect(file.shapeOf(name), name).toEqual(shape);
      expect(file.read(name), name).toEqual(data);
    }
    file.close();
    const config = JSON.parse(readFileSync(join(saved, "config.json"), "utf8")) as Record<string, unknown>;
    expect(config).toMatchObject({
      architectures: ["BertForSequenceClassification"],
      id2label: { 0: "a", 1: "b", 2: "c" },
    });
    const again = await open({}, saved);
    expect(await again.predict(batch)).toEqual(before);
    model.dispose();
    again.dispose();
  });

  test("freezing the backbone leaves gradients for the classifier only; freezing a layer what comes before it too", async () => {
    const names = async (freeze: ModelSettings["freeze"]): Promise<string[]> => {
      const model = await open({ freeze });
      const batch = batchOf(model, TEXTS);
      const { gradients } = await model.lossAndGradients(batch, Int32Array.of(0, 1, 2, 1), createRandom(1));
      model.dispose();
      return [...gradients.keys()];
    };
    expect(await names("backbone")).toEqual(["classifier.weight", "classifier.bias"]);
    const partly = await names(1);
    expect(partly.some((name) => name.includes("embeddings") || name.includes("layer.0."))).toBe(false);
    expect(partly).toContain("bert.encoder.layer.1.output.dense.weight");
  });

  test("with a tensor of another shape than the config says: tensor, file and both shapes are named", async () => {
    const wrong = new Map(weights);
    wrong.set("bert.pooler.dense.weight", { shape: [8, 7], data: new Float32Array(56) });
    writeBertFolder(dir, wrong, LABELS);
    const failure = await open().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).message).toBe(
      `"bert.pooler.dense.weight" in ${join(dir, "model.safetensors")} has shape [8, 7], the config says [8, 8].`,
    );
  });

  test("without a tokenizer: the missing file is named", async () => {
    unlinkSync(join(dir, "tokenizer.json"));
    await expect(open()).rejects.toThrow(/tokenizer\.json/);
  });
});
