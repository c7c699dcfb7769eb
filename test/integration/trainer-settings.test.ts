import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openSafetensors } from "../../src/trainers/tfjs/weights/safetensors.ts";
import { toyRows, TrainerBench, type TrainerRun } from "../support/trainer.ts";

const bench = new TrainerBench();
afterAll(() => bench.dispose());
bench.write("toy.csv", toyRows());

async function trained(id: string, settings: Record<string, unknown>): Promise<TrainerRun> {
  const run = bench.run(id, settings);
  const { code, stderr } = await run.train();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return run;
}

const values = (run: TrainerRun, metric: string): number[] => [...run.series(metric).values()];

const savedSteps = (run: TrainerRun): number[] =>
  readdirSync(join(run.dir, "checkpoints"))
    .map((name) => Number(name.slice("step-".length)))
    .sort((a, b) => a - b);

/** A checkpoint's tensors by name. */
function weights(run: TrainerRun, step: number): Map<string, Float32Array> {
  const file = openSafetensors(join(run.checkpoint(step), "model.safetensors"));
  const tensors = new Map(file.names.map((name) => [name, file.read(name)]));
  file.close();
  return tensors;
}

describe("run.seed", () => {
  test("the same seed gives the same losses, another one others", async () => {
    const settings = { "train.max_steps": 12 };
    const [first, again, other] = [
      await trained("seed-a", settings),
      await trained("seed-b", settings),
      await trained("seed-c", { ...settings, "run.seed": 43 }),
    ];
    for (const metric of ["train/loss", "train/grad_norm", "eval/loss"]) {
      expect(values(again, metric)).toEqual(values(first, metric));
      expect(values(other, metric)).not.toEqual(values(first, metric));
    }
  });
});

describe("train.gradient_accumulation_steps", () => {
  test("4 × 2 rows train like 8, the short last step of an epoch too", async () => {
    const settings = { "model.dropout": 0, "train.num_train_epochs": 2 };
    const eight = await trained("batch-8", { ...settings, "train.per_device_train_batch_size": 8 });
    const split = await trained("batch-4x2", { ...settings, "train.gradient_accumulation_steps": 2 });
    // 36 rows: 4 full steps and one of 4 rows.
    expect(eight.series("train/loss").size).toBe(10);
    expect(split.series("train/loss").size).toBe(10);
    for (const metric of ["train/loss", "train/grad_norm", "eval/loss"]) {
      const expected = values(eight, metric);
      values(split, metric).forEach((value, index) =>
        expect(Math.abs(value - expected[index]!), metric).toBeLessThan(1e-6 * Math.max(1, expected[index]!)),
      );
    }
  });
});

describe("method.type: freeze", () => {
  test("leaves the backbone bit-equal and trains the head", async () => {
    const run = await trained("frozen", {
      "method.type": "freeze",
      "eval.strategy": "steps",
      "eval.steps": 1,
      "train.max_steps": 6,
      "train.warmup": 0,
      "checkpoint.save_total_limit": 10,
    });
    const [before, after] = [weights(run, 1), weights(run, 6)];
    const changed = [...before.keys()].filter((name) => !bitEqual(before.get(name)!, after.get(name)!));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThanOrEqual(2);
    const count = changed.reduce((sum, name) => sum + before.get(name)!.length, 0);
    expect(run.all("start")[0]!.facts["trainableParameters"]).toBe(count);
  });
});

const bitEqual = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

describe("eval.early_stopping_patience", () => {
  test("ends the run when the metric stands still, and says so", async () => {
    const run = await trained("early", {
      "train.learning_rate": 1e-12,
      "train.num_train_epochs": 10,
      "eval.early_stopping_patience": 2,
      "checkpoint.metric_for_best_model": "f1_macro",
    });
    expect([...run.series("eval/loss").keys()]).toEqual([9, 18, 27]);
    expect(run.end).toMatchObject({ outcome: "finished", step: 27, code: "early-stopping" });
    expect(run.end!.reason).toMatch(
      /^Stopped early at step 27 of 90: eval\/f1_macro has not become better in 2 evaluations/,
    );
    expect(run.all("checkpoint").map(({ best }) => best)).toEqual([true, false, false]);
  });
});

describe("checkpoint.save_total_limit", () => {
  test("keeps the newest, the best and the pinned, and tells what it removed", async () => {
    // The first evaluation is the best one, since the weights never move.
    const run = bench.run("limit", {
      "train.learning_rate": 1e-12,
      "checkpoint.metric_for_best_model": "accuracy",
      "checkpoint.save_total_limit": 2,
      "eval.strategy": "steps",
      "eval.steps": 2,
      "train.max_steps": 13,
    });
    writeFileSync(join(run.dir, "meta.json"), JSON.stringify({ pins: [6] }));
    expect((await run.train()).code).toBe(0);
    expect(run.all("checkpoint").map(({ step }) => step)).toEqual([2, 4, 6, 8, 10, 12, 13]);
    expect(savedSteps(run)).toEqual([2, 6, 12, 13]);
    expect(run.all("checkpoint-removed").map(({ step, path }) => [step, path])).toEqual([
      [4, "checkpoints/step-4"],
      [8, "checkpoints/step-8"],
      [10, "checkpoints/step-10"],
    ]);
  });

  test("save_optimizer: false leaves the optimizer out; a resume says what that means", async () => {
    const run = await trained("slim", { "checkpoint.save_optimizer": false, "train.num_train_epochs": 2 });
    expect(readdirSync(run.checkpoint(9))).not.toContain("optimizer.safetensors");
    expect((await run.resume(9, 2)).code).toBe(0);
    expect(run.all("alert").map(({ code }) => code)).toEqual(["state-not-restored"]);
  });
});

describe("eval.strategy: no", () => {
  test("measures nothing but still saves after each epoch", async () => {
    const run = await trained("unmeasured", { "eval.strategy": "no", "train.num_train_epochs": 2 });
    expect(values(run, "eval/loss")).toEqual([]);
    expect(run.all("baseline")).toEqual([]);
    expect(savedSteps(run)).toEqual([9, 18]);
  });

  test("so does a run without evaluation rows", async () => {
    const run = await trained("rowless", { "data.eval_fraction": 0, "train.num_train_epochs": 1 });
    expect(run.all("start")[0]!.facts).toMatchObject({ trainRows: 48, evalRows: 0 });
    expect(values(run, "eval/loss")).toEqual([]);
    expect(savedSteps(run)).toEqual([12]);
  });
});

describe("eval.metrics", () => {
  test("are what is logged, beside the loss", async () => {
    const run = await trained("few-metrics", { "eval.metrics": ["f1_macro"], "train.max_steps": 2 });
    const logged = run
      .all("metrics")
      .flatMap(({ values: point }) => Object.keys(point).filter((name) => name.startsWith("eval/")));
    expect(logged).toEqual(["eval/loss", "eval/f1_macro"]);
  });
});
