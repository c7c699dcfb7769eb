import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../../src/base/random.ts";
import { UserError } from "../../../../../src/base/errors.ts";
import type { Gradient } from "../../../../../src/trainers/tfjs/models/model.ts";
import { AdamW } from "../../../../../src/trainers/tfjs/optim/adamw.ts";
import { createOptimizer } from "../../../../../src/trainers/tfjs/optim/create.ts";

const dense = (values: Iterable<number>): Gradient => ({ ids: null, values: Float32Array.from(values) });

/** The published algorithm, word by word, on one weight in float64. */
function reference(start: number, gradients: number[], rates: number[], decay: number): number {
  let w = start;
  let m = 0;
  let v = 0;
  gradients.forEach((g, index) => {
    const t = index + 1;
    w -= rates[index]! * decay * w;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const mHat = m / (1 - 0.9 ** t);
    const vHat = v / (1 - 0.999 ** t);
    w -= (rates[index]! * mHat) / (Math.sqrt(vHat) + 1e-8);
  });
  return w;
}

describe("AdamW", () => {
  test("follows the algorithm over 20 steps with changing rates; decay on weights only", () => {
    const random = createRandom(3);
    const start = Float32Array.from({ length: 6 }, () => random.gaussian());
    const weight = { name: "dense.weight", value: start.slice(), decay: true };
    const bias = { name: "dense.bias", value: start.slice(), decay: false };
    const optimizer = new AdamW([weight, bias], { weightDecay: 0.1 });
    const rates = Array.from({ length: 20 }, (_, step) => 0.01 * (1 - step / 25));
    const steps = rates.map(() => Float32Array.from({ length: 6 }, () => random.gaussian()));
    rates.forEach((rate, step) => {
      const gradients = new Map([
        ["dense.weight", dense(steps[step]!)],
        ["dense.bias", dense(steps[step]!)],
      ]);
      optimizer.apply(gradients, rate);
    });
    for (let i = 0; i < 6; i++) {
      const gradients = steps.map((values) => values[i]!);
      expect(weight.value[i]).toBeCloseTo(reference(start[i]!, gradients, rates, 0.1), 6);
      expect(bias.value[i]).toBeCloseTo(reference(start[i]!, gradients, rates, 0), 6);
    }
  });

  test("a rate of 0 changes moments but no weight", () => {
    const weight = { name: "w", value: Float32Array.of(1, 2), decay: true };
    const optimizer = new AdamW([weight], { weightDecay: 0.1 });
    optimizer.apply(new Map([["w", dense([3, 4])]]), 0);
    expect(weight.value).toEqual(Float32Array.of(1, 2));
    expect(optimizer.state().arrays.get("w.exp_avg")![0]).toBeCloseTo(0.3, 6);
  });

  test("rows that a step does not touch keep weights and moments", () => {
    const table = { name: "table", value: Float32Array.of(1, 1, 2, 2, 3, 3), decay: true };
    const optimizer = new AdamW([table], { weightDecay: 0.1 });
    const rows = (ids: number[], values: number[]): Map<string, Gradient> =>
      new Map([["table", { ids: Int32Array.from(ids), values: Float32Array.from(values) }]]);
    optimizer.apply(rows([0, 2], [1, 1, 1, 1]), 0.1);
    const moments = optimizer.state().arrays.get("table.exp_avg")!.slice();
    optimizer.apply(rows([2], [1, 1]), 0.1);
    expect(Array.from(table.value.subarray(2, 4))).toEqual([2, 2]);
    expect(optimizer.state().arrays.get("table.exp_avg")!.subarray(0, 4)).toEqual(moments.subarray(0, 4));
    expect(table.value[0]).toBeCloseTo(reference(1, [1], [0.1], 0.1), 6);
    expect(table.value[4]).toBeCloseTo(reference(3, [1, 1], [0.1, 0.1], 0.1), 6);
  });

  test("goes on bit by bit from its saved state", () => {
    const random = createRandom(5);
    const gradients = Array.from({ length: 8 }, () => Float32Array.from({ length: 4 }, () => random.gaussian()));
    const run = (optimizer: AdamW, from: number, to: number): void => {
      for (const values of gradients.slice(from, to)) optimizer.apply(new Map([["w", dense(values)]]), 0.01);
    };
    const whole = { name: "w", value: new Float32Array(4).fill(1), decay: true };
    run(new AdamW([whole], { weightDecay: 0.01 }), 0, 8);
    const split = { name: "w", value: new Float32Array(4).fill(1), decay: true };
    const first = new AdamW([split], { weightDecay: 0.01 });
    run(first, 0, 5);
    const second = new AdamW([split], { weightDecay: 0.01 });
    second.load(first.state());
    run(second, 5, 8);
    expect(split.value).toEqual(whole.value);
  });

  test("a state of another model is refused", () => {
    const optimizer = (size: number): AdamW =>
      new AdamW([{ name: "w", value: new Float32Array(size), decay: true }], { weightDecay: 0 });
    expect(() => optimizer(3).load(optimizer(2).state())).toThrow(/w\.exp_avg has 2 numbers instead of 3/);
  });
});

describe("train.optim", () => {
  test("sgd is the plain rule, with row gradients too", () => {
    const weight = { name: "w", value: Float32Array.of(1, 2), decay: false };
    const table = { name: "t", value: Float32Array.of(1, 1, 2, 2), decay: true };
    const optimizer = createOptimizer("sgd", [weight, table], 0.5);
    const gradients = new Map<string, Gradient>([
      ["w", dense([2, -2])],
      ["t", { ids: Int32Array.of(1), values: Float32Array.of(1, 3) }],
    ]);
    optimizer.apply(gradients, 0.5);
    expect(Array.from(weight.value)).toEqual([0, 3]);
    expect(Array.from(table.value)).toEqual([1, 1, 1, 0]);
  });

  test("an optimizer of the Python trainers says what there is instead", () => {
    expect(() => createOptimizer("adafactor", [], 0)).toThrow(UserError);
    try {
      createOptimizer("adamw_8bit", [], 0);
    } catch (error) {
      expect((error as UserError).sentence).toMatch(/adamw_8bit does not exist .* Use adamw_torch or sgd/);
    }
  });
});
