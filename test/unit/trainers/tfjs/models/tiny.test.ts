import { expect, test } from "vitest";
import { createRandom } from "../../../../../src/base/random.ts";
import { loadBackend, type BackendName } from "../../../../../src/trainers/tfjs/backends/load.ts";
import { createModel } from "../../../../../src/trainers/tfjs/models/create.ts";
import type { Batch, ClassifierModel, ModelSettings } from "../../../../../src/trainers/tfjs/models/model.ts";
import * as tf from "../../../../../src/trainers/tfjs/ops/tf.ts";

const TEXTS = ["cheap pills now", "meeting at noon", "win money now", "notes of the meeting"];
const LABELS = Int32Array.of(0, 1, 0, 1);

async function tiny(backend: BackendName, settings: Partial<ModelSettings> = {}): Promise<ClassifierModel> {
  await loadBackend(backend);
  const whole = { nameOrPath: "builtin:tiny", pooling: "auto", dropout: 0.1, freeze: null, ...settings } as const;
  return createModel(whole, ["spam", "ham"], {
    random: createRandom(5),
    baseDir: "/",
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
}

function batchOf(model: ClassifierModel): Batch {
  const tokens = TEXTS.map((text) => model.tokenize(text, 8));
  const length = Math.max(...tokens.map((ids) => ids.length));
  const ids = Int32Array.from(tokens.flatMap((row) => Array.from({ length }, (_, at) => row[at] ?? model.padId)));
  const mask = Int32Array.from(tokens.flatMap((row) => Array.from({ length }, (_, at) => (at < row.length ? 1 : 0))));
  return { ids, mask, size: TEXTS.length, length };
}

/** Plain gradient descent; the losses of each step. */
async function train(model: ClassifierModel, steps: number, seed = 9): Promise<number[]> {
  const [random, losses, batch] = [createRandom(seed), [] as number[], batchOf(model)];
  for (let step = 0; step < steps; step++) {
    const { loss, gradients } = await model.lossAndGradients(batch, LABELS, random);
    losses.push(loss);
    for (const { name, value, shape } of model.parameters) {
      const gradient = gradients.get(name);
      if (!gradient) continue;
      const width = shape.at(-1)!;
      gradient.values.forEach((slope, at) => {
        const to = gradient.ids ? gradient.ids[Math.floor(at / width)]! * width + (at % width) : at;
        value[to]! -= 0.1 * slope;
      });
    }
    model.commit();
  }
  return losses;
}

test("learns, gives the same losses for the same seed bit by bit, and others for another", async () => {
  const first = await tiny("wasm");
  const losses = await train(first, 30);
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
  const second = await tiny("wasm");
  expect(await train(second, 30)).toEqual(losses);
  const third = await tiny("wasm");
  expect((await train(third, 2, 10))[0]).not.toBe(losses[0]);
  for (const model of [first, second, third]) model.dispose();
});

test("dropout masks are the same on every backend, and so are the losses but for rounding", async () => {
  const wasm = await tiny("wasm", { dropout: 0.5 });
  const onWasm = await train(wasm, 4);
  wasm.dispose();
  const cpu = await tiny("cpu", { dropout: 0.5 });
  const onCpu = await train(cpu, 4);
  cpu.dispose();
  onCpu.forEach((loss, step) => expect(Math.abs(loss - onWasm[step]!)).toBeLessThan(1e-4));
});

test("a frozen backbone has no dropout: only the classifier's mask is drawn", async () => {
  const frozen = await tiny("wasm", { freeze: "backbone", dropout: 0.5 });
  const random = createRandom(1);
  await frozen.lossAndGradients(batchOf(frozen), LABELS, random);
  const reference = createRandom(1);
  reference.next();
  expect(random.state()).toEqual(reference.state());
  frozen.dispose();
});

test("prediction draws nothing and is the same each time; steps leave no memory behind", async () => {
  const model = await tiny("wasm");
  const batch = batchOf(model);
  expect(await model.predict(batch)).toEqual(await model.predict(batch));
  await train(model, 1);
  const before = tf.memory();
  await train(model, 3);
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
  model.dispose();
  expect(tf.memory().numTensors).toBe(before.numTensors - model.parameters.length + 1); // the token table has none
});
