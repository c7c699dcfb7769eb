import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toyRows, TrainerBench, type TrainerRun } from "../support/trainer.ts";

const bench = new TrainerBench();
afterAll(() => bench.dispose());
bench.write("toy.csv", toyRows());

/** 36 training rows: steps of 2 × 3 rows, 6 an epoch, evaluations in mid-epoch, dropout on, a schedule that moves. */
const SETTINGS = {
  "train.num_train_epochs": 5,
  "train.per_device_train_batch_size": 3,
  "train.gradient_accumulation_steps": 2,
  "train.lr_scheduler_type": "cosine",
  "eval.strategy": "steps",
  "eval.steps": 4,
  "checkpoint.save_total_limit": 20,
};
const EXACT = [
  "train/loss",
  "train/grad_norm",
  "train/learning_rate",
  "eval/loss",
  "eval/accuracy",
  "eval/f1_macro",
  "eval/precision_macro",
];

/** Every value of every step after `step` is the same number, to the last bit. */
function expectSameAfter(step: number, run: TrainerRun, whole: TrainerRun): void {
  for (const name of EXACT) {
    const after = (of: TrainerRun): [number, number][] => [...of.series(name)].filter(([at]) => at > step);
    expect(after(run), name).toEqual(after(whole));
    expect(after(run).length, name).toBeGreaterThan(0);
  }
}

describe.each(["wasm", "cpu"])("on %s", (backend) => {
  const settings = { ...SETTINGS, "hardware.backend": backend };
  const whole = bench.run(`whole-${backend}`, settings);
  beforeAll(async () => {
    expect((await whole.train()).code).toBe(0);
    expect(whole.end).toMatchObject({ outcome: "finished", step: 30 });
  });

  test("killed after a checkpoint and resumed = never interrupted", async () => {
    const run = bench.run(`killed-${backend}`, settings);
    const killed = await run.train({
      during: ({ events }, child) => {
        const saved = events.findIndex((event) => event.t === "checkpoint" && event.step >= 8);
        const isPast = saved >= 0 && events.slice(saved).some(({ t }) => t === "metrics");
        return isPast && child.kill("SIGKILL");
      },
    });
    expect(killed).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(run.end).toBeUndefined();
    const { step } = run.all("checkpoint").at(-1)!;
    expect(step % 6).not.toBe(0);

    expect((await run.resume(step, 2)).code).toBe(0);
    expect(run.end).toMatchObject({ outcome: "finished", step: 30 });
    expect(run.all("journal").map((event) => event.fromStep)).toEqual([0, step]);
    expectSameAfter(step, run, whole);
    expectSameAfter(0, run, whole);
  });

  test("stopped in mid-epoch and resumed = never interrupted, twice", async () => {
    const run = bench.run(`stopped-${backend}`, settings);
    const stopAfter = (step: number) => (of: TrainerRun) => {
      const isReached = of.series("train/loss").has(step);
      if (isReached) of.requestStop();
      return isReached;
    };
    expect((await run.train({ during: stopAfter(9) })).code).toBe(0);
    const first = run.end!;
    expect(first.outcome).toBe("stopped");
    expect(existsSync(run.checkpoint(first.step))).toBe(true);
    run.withdrawStop();

    expect((await run.resume(first.step, 2, { during: stopAfter(first.step + 3) })).code).toBe(0);
    const second = run.end!;
    expect(second.outcome).toBe("stopped");
    expect(second.step).toBeGreaterThan(first.step);
    run.withdrawStop();

    expect((await run.resume(second.step, 3)).code).toBe(0);
    expect(run.end).toMatchObject({ outcome: "finished", step: 30 });
    expectSameAfter(0, run, whole);
  });
});

describe("a stop", () => {
  test("adds no evaluation; the one that was due is made up for by the resume", async () => {
    // Every step is an evaluation point, so whenever the stop comes, an evaluation is due.
    const settings = { ...SETTINGS, "eval.steps": 1, "train.max_steps": 12 };
    const whole = bench.run("due-whole", settings);
    const run = bench.run("due", settings);
    expect((await whole.train()).code).toBe(0);
    run.requestStop();
    // The file is there from the start; SIGTERM-free, the trainer must end before its first step.
    expect((await run.train()).code).toBe(0);
    expect(run.end).toMatchObject({ outcome: "stopped", step: 0 });
    expect(run.all("metrics")).toEqual([]);
    run.withdrawStop();

    const stopped = await run.train({
      segment: 2,
      during: (of, child) => of.series("train/loss").has(4) && child.kill("SIGTERM"),
    });
    expect(stopped).toMatchObject({ code: 0, signal: null });
    const { outcome, step } = run.end!;
    expect(outcome).toBe("stopped");
    const manifest = JSON.parse(readFileSync(`${run.checkpoint(step)}/tuning-fork.json`, "utf8")) as {
      state: { evaluationDue: boolean };
    };
    expect(manifest.state.evaluationDue).toBe(!run.series("eval/loss").has(step));

    expect((await run.resume(step, 3)).code).toBe(0);
    expect(run.end).toMatchObject({ outcome: "finished", step: 12 });
    expectSameAfter(0, run, whole);
    const amended = run
      .all("checkpoint")
      .filter((event) => event.step === step)
      .at(-1)!;
    expect(amended.metrics["eval/loss"]).toBe(whole.series("eval/loss").get(step));
  });
});

describe("a fork", () => {
  const parent = bench.run("parent", SETTINGS);
  beforeAll(async () => {
    expect((await parent.train()).code).toBe(0);
  });
  const from = { fromStep: 8, resumeFrom: parent.checkpoint(8) };

  test("without changes trains like the parent did", async () => {
    const fork = bench.run("fork-same", SETTINGS);
    expect((await fork.train(from)).code).toBe(0);
    expectSameAfter(8, fork, parent);
    expect(fork.all("baseline")).toHaveLength(2);
    expect(existsSync(parent.checkpoint(12))).toBe(true);
    expect(existsSync(fork.checkpoint(12))).toBe(true);
  });

  test("with another rate and length follows its own schedule from the parent's step on", async () => {
    const fork = bench.run("fork-changed", {
      ...SETTINGS,
      "train.num_train_epochs": 3,
      "train.lr_scheduler_type": "linear",
      "train.learning_rate": 0.001,
      "train.warmup": 0,
    });
    expect((await fork.train(from)).code).toBe(0);
    const rates = fork.series("train/learning_rate");
    expect([...rates.keys()]).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(rates.get(9)).toBeCloseTo((0.001 * (18 - 8)) / 18, 12);
    // The first loss is that of the parent's weights on the parent's next rows with the parent's dropout.
    expect(fork.series("train/loss").get(9)).toBe(parent.series("train/loss").get(9));
  });

  test("with another optimizer says that its state starts anew", async () => {
    const fork = bench.run("fork-optimizer", { ...SETTINGS, "train.optim": "sgd", "train.max_steps": 10 });
    expect((await fork.train(from)).code).toBe(0);
    expect(fork.all("alert").map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "state-not-restored: The optimizer changed from adamw_torch to sgd, so its state starts anew.",
    ]);
  });

  test("a plan that ends before the checkpoint is refused", async () => {
    const fork = bench.run("fork-short", { ...SETTINGS, "train.max_steps": 7 });
    const { code, stderr } = await fork.train(from);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "The checkpoint stands at step 8 and the plan ends at step 7. Fork it with a larger train.num_train_epochs or train.max_steps to train on.\n",
    );
    expect(fork.end).toMatchObject({ outcome: "failed", code: "beyond-plan" });
  });

  test("of a checkpoint at the plan's end has nothing to train: it is evaluated, saved and finished", async () => {
    const fork = bench.run("fork-at-end", { ...SETTINGS, "train.max_steps": 8 });
    expect((await fork.train(from)).code).toBe(0);
    expect(fork.end).toMatchObject({ outcome: "finished", step: 8 });
    expect(fork.series("train/loss").size).toBe(0);
    expect([...fork.series("eval/loss").keys()]).toEqual([8]);
    expect(fork.all("checkpoint").map(({ step }) => step)).toEqual([8]);
  });
});
