import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { toyRows, TrainerBench } from "../support/trainer.ts";

const bench = new TrainerBench();
afterAll(() => bench.dispose());
bench.write("toy.csv", toyRows());

describe("a run of builtin:tiny", () => {
  const run = bench.run("whole", { "checkpoint.metric_for_best_model": "f1_macro" });

  test("ends finished with exit code 0 and nothing on stderr", async () => {
    const { code, stderr } = await run.train();
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(run.end).toMatchObject({ outcome: "finished", step: 27 });
  });

  test("the journal starts with its header and tells the facts before the first step", () => {
    const kinds = run.events.map(({ t }) => t);
    expect(kinds[0]).toBe("journal");
    expect(kinds.indexOf("start")).toBeLessThan(kinds.indexOf("metrics"));
    const [start] = run.all("start");
    // 48 rows, ceil(48 × 0.25) held out; 36 rows in batches of 4.
    expect(start).toMatchObject({ total: 27, epochs: 3, stepsPerEpoch: 9 });
    expect(start!.facts).toMatchObject({
      trainRows: 36,
      evalRows: 12,
      labels: ["ham", "spam"],
      classCounts: { train: { ham: 18, spam: 18 }, eval: { ham: 6, spam: 6 } },
      backend: "wasm",
      stepsPerEpoch: 9,
      effectiveBatch: 4,
    });
    expect(start!.facts["totalParameters"]).toBeGreaterThan(1e5);
    expect(start!.facts["trainableParameters"]).toBe(start!.facts["totalParameters"]);
  });

  test("every step has loss, rate, gradient norm and speed; the model learns", () => {
    for (const name of ["train/loss", "train/learning_rate", "train/grad_norm", "train/samples_per_second"]) {
      expect([...run.series(name).keys()], name).toEqual(Array.from({ length: 27 }, (_, index) => index + 1));
    }
    const rates = run.series("train/learning_rate");
    // ceil(27 × 6 %) = 2 steps of warm-up, then linear.
    expect([1, 2, 3, 27].map((step) => Number(rates.get(step)!.toFixed(9)))).toEqual([0, 0.0015, 0.003, 0.00012]);
    const losses = [...run.series("train/loss").values()];
    expect(losses.slice(-5).every((loss) => loss < losses[0]!)).toBe(true);
  });

  test("each epoch ends with an evaluation: metrics and tables", () => {
    for (const name of ["loss", "accuracy", "f1_macro", "f1_micro", "precision_macro", "recall_macro", "auc"]) {
      expect([...run.series(`eval/${name}`).keys()], name).toEqual([9, 18, 27]);
    }
    const tables = run.all("table").filter(({ step }) => step === 27);
    expect(tables.map(({ name }) => name)).toEqual(["eval/confusion_matrix", "eval/report", "eval/samples"]);
    const [confusion, , samples] = tables;
    const counts = confusion!.rows.flatMap(([, ...cells]) => cells as number[]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(samples!.columns).toEqual(["text", "label", "prediction", "p(ham)", "p(spam)", "file", "row"]);
    expect(samples!.rows).toHaveLength(12);
    const right = samples!.rows.filter(([, label, prediction]) => label === prediction).length;
    expect(right / 12).toBeCloseTo(run.series("eval/accuracy").get(27)!, 10);
    const rows = readFileSync(join(bench.dir, "toy.csv"), "utf8").split("\n");
    for (const sample of samples!.rows) expect(rows[sample.at(-1) as number]).toContain(String(sample[0]));
  });

  test("progress tells step, epoch and end", () => {
    const last = run.all("progress").at(-1)!;
    expect(last).toMatchObject({ step: 27, total: 27, epoch: 3, etaMs: 0 });
    expect(run.all("progress").map(({ phase }) => phase)).toContain("evaluating");
    // What is said beside training ends with it: no step is reported under a phase of the preparation.
    const training = run.all("progress").filter(({ step }) => step > 0);
    expect(new Set(training.map(({ phase }) => phase))).toEqual(
      new Set([undefined, "evaluating", "saving a checkpoint"]),
    );
  });

  test("majority and bag of words are measured on the same rows", () => {
    const baselines = run.all("baseline");
    expect(baselines.map(({ name }) => name)).toEqual(["majority", "bag_of_words"]);
    expect(baselines[0]!.metrics["eval/accuracy"]).toBe(0.5);
    expect(baselines[0]!.metrics["eval/f1_macro"]).toBeCloseTo(1 / 3, 10);
    expect(baselines[1]!.metrics["eval/accuracy"]).toBeGreaterThan(0.5);
  });

  test("checkpoints are complete, and the best is marked", () => {
    const checkpoints = run.all("checkpoint");
    expect(checkpoints.map(({ step }) => step)).toEqual([9, 18, 27]);
    const scores = run.series("eval/f1_macro");
    let best = Number.NEGATIVE_INFINITY;
    for (const { step, best: marked, metrics, path, bytes } of checkpoints) {
      expect(marked).toBe(scores.get(step)! > best);
      best = Math.max(best, scores.get(step)!);
      expect(metrics["eval/f1_macro"]).toBe(scores.get(step));
      expect(path).toBe(`checkpoints/step-${step}`);
      if (!existsSync(join(run.dir, path))) continue;
      const files = readdirSync(join(run.dir, path)).sort();
      expect(files).toEqual(["config.json", "model.safetensors", "optimizer.safetensors", "tuning-fork.json"]);
      expect(bytes).toBeGreaterThan(1e5);
    }
    expect(readdirSync(join(run.dir, "checkpoints")).some((name) => name.startsWith(".tmp"))).toBe(false);
  });

  test("a checkpoint folder is a model to start from", async () => {
    const next = bench.run("from-checkpoint", {
      "model.name_or_path": run.checkpoint(27),
      "train.max_steps": 1,
      "train.learning_rate": 1e-9,
    });
    expect((await next.train()).code).toBe(0);
    expect(next.series("eval/loss").get(1)).toBeCloseTo(run.series("eval/loss").get(27)!, 5);
  });
});
