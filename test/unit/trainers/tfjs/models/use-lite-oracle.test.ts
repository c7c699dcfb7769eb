import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../../../../src/base/random.ts";
import { loadBackend } from "../../../../../src/trainers/tfjs/backends/load.ts";
import { createModel } from "../../../../../src/trainers/tfjs/models/create.ts";
import type { ClassifierModel } from "../../../../../src/trainers/tfjs/models/model.ts";
import { root } from "../../../../support/imports.ts";

const WIDTH = 512;

/** Texts with the ids and embeddings of the published graph; made by test/oracles/use-lite.mjs. */
const cases = (
  JSON.parse(readFileSync(join(root, "test/oracles/use-lite.json"), "utf8")) as {
    text: string;
    ids: number[];
    embedding: string;
  }[]
).map(({ text, ids, embedding }) => {
  const bytes = Uint8Array.from(Buffer.from(embedding, "base64"));
  return { text, ids, embedding: new Float32Array(bytes.buffer) };
});

let model: ClassifierModel;
beforeAll(async () => {
  await loadBackend("wasm");
  const labels = Array.from({ length: WIDTH }, (_, index) => String(index));
  const settings = { nameOrPath: "builtin:use-lite", pooling: "auto", dropout: 0.1, freeze: null } as const;
  const signal = new AbortController().signal;
  model = await createModel(settings, labels, {
    random: createRandom(1),
    baseDir: root,
    onProgress: () => undefined,
    signal,
  });
  // A classifier that hands its input on, so that the logits are the sentence's state.
  const weight = model.parameters.find(({ name }) => name === "classifier.weight")!;
  weight.value.fill(0);
  for (let i = 0; i < WIDTH; i++) weight.value[i * WIDTH + i] = 1;
  model.commit();
});
afterAll(() => model.dispose());

test.each(cases)("the published tokenizer's ids: $text", ({ text, ids }) => {
  expect(model.tokenize(text, 128)).toEqual(ids.slice(0, 128));
});

test("the rebuilt encoder gives the embeddings of the published graph, each text alone and in a padded batch", async () => {
  const texts = cases.filter(({ ids }) => ids.length > 0);
  expect(texts.length).toBeGreaterThanOrEqual(20);
  const length = Math.max(...texts.map(({ ids }) => ids.length));
  const together = await states(
    texts.map(({ ids }) => ids),
    length,
  );
  for (const [row, { ids, embedding }] of texts.entries()) {
    const alone = await states([ids], ids.length);
    expect(distance(normalised(alone[0]!), embedding)).toBeLessThan(1e-4);
    expect(distance(normalised(together[row]!), embedding)).toBeLessThan(1e-4);
  }
});

async function states(texts: number[][], length: number): Promise<Float32Array[]> {
  const ids = new Int32Array(texts.length * length).fill(model.padId);
  const mask = new Int32Array(texts.length * length);
  texts.forEach((text, row) => {
    ids.set(text, row * length);
    mask.fill(1, row * length, row * length + text.length);
  });
  const logits = await model.predict({ ids, mask, size: texts.length, length });
  return texts.map((_, row) => logits.slice(row * WIDTH, (row + 1) * WIDTH));
}

/** The published embedding has length 1. */
function normalised(state: Float32Array): Float32Array {
  const norm = Math.hypot(...state);
  return state.map((value) => value / norm);
}

/** Largest difference of any component. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]!)));
}
