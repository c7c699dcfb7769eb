import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { codeDir } from "../../src/base/code-dir.ts";
import { toyRows, TrainerBench, type SegmentOptions, type TrainerRun } from "../support/trainer.ts";

const bench = new TrainerBench();
afterAll(() => bench.dispose());
bench.write("toy.csv", toyRows());

/** What every failure owes: exit code 1, one sentence on stderr that is the journal's last word, and no stack trace. */
async function expectFailure(
  run: TrainerRun,
  code: string,
  sentence: RegExp,
  options: SegmentOptions = {},
): Promise<void> {
  const result = await run.train(options);
  expect(result).toMatchObject({ code: 1, signal: null });
  expect(result.stderr).toMatch(sentence);
  expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(result.stderr).not.toMatch(/^\s+at |node:internal|\.cjs:/m);
  expect(run.events.at(-1)).toMatchObject({ t: "end", outcome: "failed", code, reason: result.stderr.trimEnd() });
}

describe("data that cannot be trained on", () => {
  test.each([
    [
      "a missing column",
      "text,topic\nx,a\ny,b\n",
      { "data.columns": { text: "text", label: "label" } },
      /label.*(text|topic)/,
    ],
    ["an empty file", "", {}, /data\.csv/],
    ["only one class", "text,label\na,x\nb,x\nc,x\n", {}, /x/],
    ["a label that is not listed", "text,label\na,x\nb,y\nc,z\n", { "data.labels": ["x", "y"] }, /z/],
    ["a missing label", "text,label\na,x\nb,\nc,y\n", {}, /row 2|line 3/],
  ])("%s", async (name, csv, settings, sentence) => {
    bench.write("data.csv", csv);
    const run = bench.run(name.replaceAll(" ", "-"), { ...settings, "data.train": "data.csv" });
    const { code, stderr } = await run.train();
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(run.end).toMatchObject({ outcome: "failed", step: 0, reason: stderr.trimEnd() });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("settings that do not exist here", () => {
  test("an optimizer of the Python trainers", async () => {
    const run = bench.run("optimizer", { "train.optim": "adafactor" });
    await expectFailure(run, "optimizer-not-supported", /train\.optim: adafactor .* Use adamw_torch or sgd/);
  });

  test("a method of the Python trainers", async () => {
    const run = bench.run("method", { "method.type": "lora" });
    await expectFailure(run, "config-not-supported", /method\.type: lora .* Use full or freeze/);
  });
});

test("a loss that is no number any more: alert, then the run fails with step, rate and advice", async () => {
  const run = bench.run("nan", {
    "train.optim": "sgd",
    "train.learning_rate": 1e30,
    "train.warmup": 0,
    "train.max_grad_norm": 0,
  });
  await expectFailure(
    run,
    "nan-loss",
    /became (NaN|-?Infinity) at step \d+ with learning rate \S+\. Lower train\.learning_rate/,
  );
  const [alert] = run.all("alert").filter(({ code }) => code === "nan-loss");
  expect(alert).toMatchObject({ level: "error", step: run.end!.step });
  // The step itself is on record, as a number that JSON does not have.
  const values = [...run.series("train/loss").values(), ...run.series("train/grad_norm").values()];
  expect(values.some((value) => !Number.isFinite(value))).toBe(true);
});

describe.skipIf(process.platform === "win32")("a disk that takes no checkpoint", () => {
  test("ends the run with bytes needed; the journal is whole and nothing half-written is left", async () => {
    const run = bench.run("full", { "train.num_train_epochs": 1 });
    // 2,000 blocks of 1 KiB: enough for the journal and the weights, too small for the optimizer's arrays.
    await expectFailure(
      run,
      "disk-full",
      /The checkpoint at step 9 needs about 4\.3 MB in .*checkpoints;.*Free some space/,
      {
        limits: "ulimit -f 2000",
      },
    );
    expect(readdirSync(join(run.dir, "checkpoints"))).toEqual([]);
    expect(run.series("train/loss").size).toBe(9);
    expect(run.series("eval/loss").size).toBe(1);
    expect(run.all("checkpoint")).toEqual([]);
    expect(run.all("alert").map(({ code }) => code)).toContain("disk-full");
  });

  test("and goes on from the last checkpoint once there is room", async () => {
    const run = bench.run("full-later", { "train.num_train_epochs": 2 });
    const first = await run.train({
      during: ({ events }, child) => events.some(({ t }) => t === "checkpoint") && child.kill("SIGKILL"),
    });
    expect(first.signal).toBe("SIGKILL");
    await expectFailure(run, "disk-full", /step 18/, {
      limits: "ulimit -f 2000",
      segment: 2,
      fromStep: 9,
      resumeFrom: run.checkpoint(9),
    });
    expect(readdirSync(join(run.dir, "checkpoints"))).toEqual(["step-9"]);
    expect((await run.resume(9, 3)).code).toBe(0);
    expect(run.end).toMatchObject({ outcome: "finished", step: 18 });
  });

  test("a folder that may not be written to is named", async () => {
    bench.write("a-file", "");
    const run = bench.run("unwritable", { "run.output_dir": "a-file", "train.max_steps": 1 });
    await expectFailure(
      run,
      "checkpoint-not-writable",
      /Checkpoints cannot be written to .*a-file.* \(ENOTDIR\)\. Set run\.output_dir/,
    );
  });
});

describe("checkpoints that are not this run's", () => {
  test("a folder without one", async () => {
    const run = bench.run("no-checkpoint");
    await expectFailure(run, "checkpoint-unreadable", /nowhere does not exist\. Resume or fork/, {
      resumeFrom: join(bench.dir, "nowhere"),
    });
  });

  test("an output folder in use by another run is left alone", async () => {
    const settings = { "run.output_dir": "shared-out", "train.max_steps": 2 };
    const first = bench.run("first", settings);
    expect((await first.train()).code).toBe(0);
    const folder = join(bench.dir, "shared-out", "checkpoints");
    expect(first.all("checkpoint")[0]!.path).toBe(join(folder, "step-2"));
    await expectFailure(bench.run("second", settings), "output-dir-taken", /holds checkpoints of run first \(step-2\)/);
    expect(existsSync(join(folder, "step-2"))).toBe(true);
  });

  test("a checkpoint of another model", async () => {
    const parent = bench.run("two-classes", { "train.max_steps": 2 });
    expect((await parent.train()).code).toBe(0);
    bench.write(
      "three.csv",
      `text,label\n${Array.from({ length: 24 }, (_, row) => `word${row},${"abc"[row % 3]}`).join("\n")}\n`,
    );
    const fork = bench.run("three-classes", { "data.train": "three.csv" });
    const { code, stderr } = await fork.train({ fromStep: 2, resumeFrom: parent.checkpoint(2) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/shape|\[2, \d+\]/);
    expect(fork.end?.outcome).toBe("failed");
  });
});

describe("a trainer that cannot even begin", () => {
  const start = (env: Record<string, string>) =>
    spawnSync(process.execPath, [join(codeDir(), "trainer-tfjs.cjs")], {
      env: { PATH: process.env["PATH"] ?? "", ...env },
      encoding: "utf8",
    });

  test("without a run says how runs are started", () => {
    const { status, stderr } = start({});
    expect(status).toBe(1);
    expect(stderr).toBe(
      "TUNING_FORK_RUN_ID is not set. The trainer is started by a run: tuning-fork start finetune.yaml.\n",
    );
  });

  test("with a torn config names the file", () => {
    const dir = join(bench.dir, "torn");
    mkdirSync(dir);
    writeFileSync(join(dir, "config.json"), '{"version":1,');
    const { status, stderr } = start({
      TUNING_FORK_RUN_ID: "torn",
      TUNING_FORK_RUN_DIR: dir,
      TUNING_FORK_EVENTS: join(dir, "events.jsonl"),
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/torn\/config\.json is missing or not whole\. Start the run again\.\n$/);
  });
});
