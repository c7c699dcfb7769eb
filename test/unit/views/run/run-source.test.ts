import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { writeJsonAtomic } from "../../../../src/base/files.ts";
import { LocalLauncher } from "../../../../src/launch/local.ts";
import { runPage } from "../../../../src/messages/run-page.ts";
import type { RunView } from "../../../../src/messages/run-view.ts";
import { runFile, storePaths } from "../../../../src/runs/layout.ts";
import { LiveRuns } from "../../../../src/views/live-runs.ts";
import { RunSource } from "../../../../src/views/run/source.ts";
import { seedEvaluation } from "../../../support/pages/seed/evaluation.ts";
import { RunFolder } from "../../../support/run-folder.ts";
import { storePair } from "../../../support/store-pair.ts";

const pair = storePair();
const CONFIG = {
  task: "text-classification",
  train: { num_train_epochs: 3, learning_rate: 2e-4, warmup: "6%", max_grad_norm: 1, lr_scheduler_type: "linear" },
  checkpoint: { metric_for_best_model: "f1_macro", save_total_limit: 2 },
};
const around = (more: { baseline?: string; muted?: string[]; readOnly?: string } = {}) => ({
  baseline: () => more.baseline,
  mutedAlerts: () => more.muted ?? [],
  readOnly: () => more.readOnly ?? null,
});

function sourceOf(run: RunFolder, surroundings = around()): RunSource {
  const home = {
    paths: storePaths(pair.root),
    store: pair.store,
    launcher: new LocalLauncher(),
    warnings: [],
    reconcile: async () => {},
    close: async () => {},
  };
  return new RunSource(home, new LiveRuns(home, () => {}, false), run.id, surroundings);
}

/** The view as the page would take it: valid by the contract. */
async function viewOf(run: RunFolder, surroundings = around()): Promise<RunView> {
  await pair.store.sync();
  return v.parse(runPage.view, await sourceOf(run, surroundings).view());
}

const started = (more: ConstructorParameters<typeof RunFolder>[1] = {}): RunFolder => {
  const run = new RunFolder(pair.root, more, CONFIG).segment(1, 0).state("preparing").state("running");
  run.events({ t: "start", timeMs: run.tick(), total: 100, epochs: 3, stepsPerEpoch: 34, facts: {} });
  return run;
};
const saved = (run: RunFolder, step: number, f1: number): void => {
  run.metrics(step, { "eval/f1_macro": f1, "eval/loss": 1 - f1 });
  const path = `checkpoints/step-${step}`;
  mkdirSync(join(run.dir, path), { recursive: true });
  run.events({ t: "checkpoint", timeMs: run.tick(), step, path, bytes: 10, metrics: {}, best: true });
};

test("a script of one's own is shown by what it told and what its runner found", async () => {
  const config = { version: 1, task: "script", script: { entry: "train.py", params: { lr: 0.1 } } };
  const run = new RunFolder(pair.root, {}, config).segment(1, 0).state("preparing").state("running");
  run.metrics(3, { loss: 0.5, "eval/accuracy": 0.9 });
  writeFileSync(join(run.dir, "c-3.pt"), "0123456789");
  run.runner({ t: "checkpoint", timeMs: run.tick(), step: 3, path: "c-3.pt", bytes: 10, metrics: {}, best: false });
  run.state(
    "crashed",
    "Out of memory: the kernel's out-of-memory killer ended the script with SIGKILL; take a smaller batch.",
  );
  expect(await viewOf(run)).toMatchObject({
    state: "crashed",
    task: "script",
    model: "",
    method: "",
    metrics: { loss: { last: 0.5 } },
    best: { metric: "eval/accuracy", value: 0.9, step: 3 },
    checkpoints: [{ step: 3, path: join(run.dir, "c-3.pt"), bytes: 10, tags: ["last"], present: true }],
    plan: { learningRate: null, scheduler: null, warmupSteps: null },
    remedy: { kind: "config", key: null },
  });
});

describe("the state of a run", () => {
  test("carries plan, progress and speed as trainer and config have them", async () => {
    const run = started();
    for (let step = 1; step <= 30; step++) {
      run.tick(490);
      run.metrics(step, { "train/loss": 1 / step });
    }
    run.events({
      t: "progress",
      timeMs: run.tick(),
      step: 30,
      total: 100,
      epoch: 0.9,
      samplesPerSecond: 64,
      etaMs: 35_000,
      phase: "evaluating",
    });
    expect(await viewOf(run)).toMatchObject({
      state: "running",
      progress: { step: 30, total: 100, epoch: 0.9 },
      epochs: 3,
      stepsPerEpoch: 34,
      etaMs: 35_000,
      phase: "evaluating",
      phaseMs: run.timeMs,
      samplesPerSecond: 64,
      stepsPerSecond: 2,
      usualGapMs: 500,
      lastDataMs: run.timeMs,
      plan: { learningRate: 2e-4, scheduler: "linear", warmupSteps: 6, maxGradNorm: 1 },
      checkpointLimit: 2,
      failure: null,
      remedy: null,
    });
  });

  test("the best value is that of the deciding metric, at its step and time", async () => {
    const run = started();
    saved(run, 10, 0.5);
    saved(run, 20, 0.8);
    const bestMs = run.timeMs;
    saved(run, 30, 0.7);
    expect((await viewOf(run)).best).toEqual({ metric: "eval/f1_macro", value: 0.8, step: 20, timeMs: bestMs });
  });

  test("without a checkpoint there the time of the evaluation counts", async () => {
    const run = started();
    run.metrics(10, { "eval/f1_macro": 0.5 });
    const evaluatedMs = run.timeMs;
    run.metrics(11, { "train/loss": 1 });
    expect((await viewOf(run)).best).toMatchObject({ value: 0.5, step: 10, timeMs: evaluatedMs });
  });

  test("a checkpoint whose folder is gone is not present, whatever the journal says", async () => {
    const run = started();
    saved(run, 10, 0.5);
    run.events({
      t: "checkpoint",
      timeMs: run.tick(),
      step: 20,
      path: "checkpoints/step-20",
      bytes: 1,
      metrics: {},
      best: false,
    });
    const view = await viewOf(run);
    expect(view.checkpoints.map(({ step, present }) => [step, present])).toEqual([
      [10, true],
      [20, false],
    ]);
  });

  test("the reference is the baseline, else the parent, by the same metric", async () => {
    const parent = started({ name: "parent" });
    saved(parent, 10, 0.6);
    const baseline = started({ name: "baseline" });
    saved(baseline, 10, 0.9);
    const run = started({ parent: { run: parent.id, step: 10 } });
    saved(run, 20, 0.7);
    expect(await viewOf(run)).toMatchObject({
      parent: { run: parent.id, name: "parent" },
      reference: { run: parent.id, name: "parent", value: 0.6, isParent: true },
      isBaseline: false,
    });
    expect((await viewOf(run, around({ baseline: baseline.id }))).reference).toMatchObject({
      name: "baseline",
      value: 0.9,
      isParent: false,
    });
    expect(await viewOf(baseline, around({ baseline: baseline.id }))).toMatchObject({
      reference: null,
      isBaseline: true,
    });
  });

  test("alerts are muted by their code, and what may not be done says why", async () => {
    const run = started();
    run.events({ t: "alert", timeMs: run.tick(), level: "warning", code: "loss-spike", message: "Spiked.", step: 3 });
    const view = await viewOf(run, around({ muted: ["loss-spike"], readOnly: "Trust this folder to start." }));
    expect(view.alerts).toMatchObject([{ code: "loss-spike", muted: true }]);
    expect(view.readOnly).toBe("Trust this folder to start.");
  });

  test("a deciding metric that no object lacks by nature is none until it is measured", async () => {
    const run = new RunFolder(pair.root, {}, { checkpoint: { metric_for_best_model: "constructor" } });
    run.segment(1, 0).state("running").metrics(1, { "train/loss": 1 });
    expect((await viewOf(run)).best).toBeNull();
  });
});

describe("a stop", () => {
  const stopping = (): RunFolder => {
    const run = started().state("stopping", "Stop asked for by ada.");
    writeJsonAtomic(runFile(run.dir, "launch"), { gracePeriodMs: 10_000 });
    return run.runner({ t: "stop", timeMs: run.tick(), stage: "asked", by: "ada" });
  };

  test("is forced when the grace period is over", async () => {
    const run = stopping();
    expect((await viewOf(run)).forcedAtMs).toBe(run.timeMs + 10_000);
  });

  test("that turned to force says since when", async () => {
    const run = stopping();
    run.runner({ t: "stop", timeMs: run.tick(), stage: "sigterm" });
    expect((await viewOf(run)).forcedAtMs).toBe(run.timeMs);
  });
});

describe("a failed run", () => {
  const failedWith = async (output: string, cause = "It broke."): Promise<RunView> => {
    const run = started();
    writeFileSync(runFile(run.dir, "output"), output);
    return viewOf(run.state("failed", cause));
  };

  test("shows its last traceback, without colours, and the line of the log it begins at", async () => {
    const early = "Traceback (most recent call last):\nKeyError: 1\n".concat("step\n".repeat(30));
    const late =
      'Traceback (most recent call last):\n  File "train.py", line 7, in <module>\n\u001b[31mValueError: no\u001b[0m\n';
    expect((await failedWith(early + late)).failure).toEqual({
      lines: ["Traceback (most recent call last):", '  File "train.py", line 7, in <module>', "ValueError: no"],
      logLine: 33,
    });
  });

  test("without one it shows the last lines; of a progress bar what it came to", async () => {
    const { failure } = await failedWith("a\n10%\r20%\r30%\n\n\n");
    expect(failure).toEqual({ lines: ["a", "30%"], logLine: 1 });
  });

  test("of a long output the line is counted to the end", async () => {
    const { failure } = await failedWith(`${"x".repeat(99)}\n`.repeat(30_000).concat("Killed\n"));
    expect(failure?.lines.at(-1)).toBe("Killed");
    expect(failure!.logLine! + failure!.lines.length - 1).toBe(30_001);
  });

  test("secrets in its output stay there", async () => {
    const { failure } = await failedWith("Error: HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz was refused\n");
    expect(failure?.lines.join()).not.toContain("hf_abc");
  });

  test("without output has only its cause", async () => {
    const run = started().state("crashed", "Killed by the kernel: out of memory.");
    expect(await viewOf(run)).toMatchObject({
      failure: null,
      remedy: { kind: "config", key: "train.per_device_train_batch_size" },
    });
  });

  test.each([
    ["data/train.jsonl:14: the line is no JSON.", { kind: "file", file: "/project/data/train.jsonl", line: 14 }],
    ["/abs/train.py:71: ValueError.", { kind: "file", file: "/abs/train.py", line: 71 }],
    ["The loss is NaN since step 612. Lower learning_rate.", { kind: "config", key: "train.learning_rate" }],
    ["train.warmup is longer than the run.", { kind: "config", key: "train.warmup" }],
    ["C07: the evaluation never happens.", { kind: "config", key: null }],
    ["Ended at 12:30:05 with 3:4 odds.", null],
    ["The trainer exited with code 1 and no reason.", null],
  ])("its cause names where it can be put right: %s", async (cause, remedy) =>
    expect((await failedWith("", cause)).remedy).toEqual(remedy),
  );
});

describe("checkpoints in use", () => {
  test("can be used where one of our trainers made them, else the view says why not", async () => {
    const of = async (config: Record<string, unknown>): Promise<string | null> =>
      (await viewOf(new RunFolder(pair.root, {}, config).segment(1, 0).state("running"))).notUsable;
    expect(await of({ task: "causal-lm", model: { framework: "torch" } })).toBeNull();
    expect(await of({ task: "text-classification", model: { framework: "tfjs" } })).toBeNull();
    expect(await of({ task: "text-classification", model: { framework: "keras" } })).toMatch(/no trainer for keras/);
    expect(await of({ task: "script", script: { entry: "train.py" } })).toMatch(/script itself/);
  });

  test("what they reached on other files is listed newest first, without its tables, as soon as it is there", async () => {
    const run = started();
    const source = sourceOf(run);
    await pair.store.sync();
    const listed = async () => v.parse(runPage.view, await source.view()).evaluations;
    expect(await listed()).toEqual([]);
    const old = { step: 20, file: "/data/a.csv", rows: 7, metrics: { "eval/loss": 0.5 }, timeMs: 1000 };
    seedEvaluation(run, old);
    const { file, ...rest } = old;
    const first = { ...rest, files: [file], judgedRows: 7 };
    expect(await listed()).toEqual([first]);
    seedEvaluation(run, { ...old, step: 10, timeMs: 2000 });
    expect((await listed()).map(({ step }) => step)).toEqual([10, 20]);
  });

  test("a file among them that is none of ours is left out, and one that was removed is gone", async () => {
    const run = started();
    seedEvaluation(run, { step: 20, file: "/data/a.csv", rows: 7, metrics: {}, timeMs: 1000 });
    const folder = runFile(run.dir, "evaluations");
    for (const [name, text] of Object.entries({ a: "{", b: "[]", c: '{"version": 2, "step": 1}' }))
      writeFileSync(join(folder, `${name}.json`), text);
    const source = sourceOf(run);
    await pair.store.sync();
    expect((await source.view()).evaluations).toHaveLength(1);
    rmSync(join(folder, "1000.json"));
    expect((await source.view()).evaluations).toEqual([]);
  });
});

test("a resume that cut a tail is another epoch; a plain step is not", async () => {
  const run = started();
  run.metrics(1, { "train/loss": 1 });
  const source = sourceOf(run);
  const epoch = async () => {
    await pair.store.sync();
    return source.epochOf(await source.view());
  };
  const first = await epoch();
  run.metrics(2, { "train/loss": 1 });
  expect(await epoch()).toBe(first);
  run.state("stopped").segment(2, 1).state("running");
  expect(await epoch()).not.toBe(first);
});

test("a run whose folder is gone says so", async () => {
  const run = started();
  await pair.store.sync();
  const source = sourceOf(run);
  rmSync(run.dir, { recursive: true });
  await pair.store.sync();
  await expect(source.view()).rejects.toThrow("no longer there");
});
