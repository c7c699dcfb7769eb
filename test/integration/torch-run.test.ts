import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readJson } from "../../src/base/files.ts";
import type { EnvironmentSnapshot } from "../../src/launch/environment.ts";
import type { RunRecord } from "../../src/runs/model.ts";
import type { EvaluationRecord } from "../../src/runs/using/evaluate.ts";
import type { Prediction } from "../../src/runs/using/use.ts";
import { randomBert, WORDS, writeBertFolder } from "../support/bert-folder.ts";
import { CliWorkspace } from "../support/cli.ts";
import { testPython } from "../support/test-python.ts";

/** Runs with PyTorch as a person starts, forks and uses them: real processes of a real environment. Stops and resumes are in torch-kill. */

const CONFIG = `version: 1
task: text-classification
run: { name: bert, seed: 42 }
model: { name_or_path: ./bert, dropout: 0.1 }
data: { train: toy.csv, eval: new.csv, max_length: 10, labels: [a, b, c] }
method: { type: full }
train: { max_steps: 6, per_device_train_batch_size: 4, learning_rate: 1.0e-3 }
eval: { strategy: steps, steps: 3, metrics: [loss, accuracy] }
hardware: { python: ${testPython()}, env: { TRANSFORMERS_VERBOSITY: info } }
`;
/** Texts of three words, each once; which class a text has follows from its first word. */
const TEXTS = WORDS.slice(4, 7).flatMap((first, label) =>
  WORDS.slice(4).flatMap((second) => WORDS.slice(7).map((third) => `${first} ${second} ${third},${"abc"[label]}`)),
);
const csv = (rows: string[]): string => `text,label\n${rows.join("\n")}\n`;

/** Each process imports PyTorch first: seconds, on a crowded machine most of a minute. */
vi.setConfig({ testTimeout: 600_000 });

let workspace: CliWorkspace;
beforeAll(() => {
  workspace = new CliWorkspace();
  workspace.write("toy.csv", csv(TEXTS.filter((_, at) => at % 4 !== 0)));
  workspace.write("new.csv", csv(TEXTS.filter((_, at) => at % 4 === 0)));
  workspace.write("torch.finetune.yaml", CONFIG);
  writeBertFolder(join(workspace.folder, "bert"), randomBert(), ["a", "b", "c"]);
});
afterAll(() => workspace.remove());

const ended = async (...args: string[]): Promise<RunRecord> => {
  const { code, stdout, stderr } = await workspace.run(...args, "--wait");
  expect(code, stdout + stderr).toBe(0);
  return workspace.json("show", "last");
};
const losses = async (run: string): Promise<number[]> => {
  const { points } = await workspace.json<{ points: [step: number, value: number][] }>("metrics", run, "train/loss");
  const values = points.map(([, value]) => value);
  expect(values.every(Number.isFinite)).toBe(true);
  return values;
};
const environmentOf = ({ dir }: RunRecord) => readJson<EnvironmentSnapshot>(join(dir, "environment.json"))!;
const inFolder = (path: string): string => join(workspace.folder, path);

test("a run is started with the interpreter of the config, and its record says with what", async () => {
  const run = await ended("start", "torch.finetune.yaml");
  expect(run).toMatchObject({ state: "finished", progress: { step: 6, total: 6 } });
  expect(run.checkpoints.map(({ step, tags }) => [step, tags.includes("last")])).toEqual([
    [3, false],
    [6, true],
  ]);
  const { command, packages, python, variables } = environmentOf(run);
  const script = command.at(-1)!;
  expect(command).toEqual([testPython(), "-u", "-X", "utf8", script]);
  expect(script).toMatch(/\.tuning-fork[\\/]bin[\\/][0-9a-f]{16}[\\/]python[\\/]train_torch\.py$/);
  expect(python).toMatchObject({ path: testPython(), chosenBy: "`hardware.python`", torchBuilt: null });
  expect(python!.version).toMatch(/^3\.\d+\.\d+$/);
  expect(packages).toMatchObject({
    torch: expect.stringMatching(/^2\.13\.0/),
    transformers: "5.23.0",
    pytest: "9.2.0",
  });
  expect(variables).toMatchObject({
    PYTHONNOUSERSITE: "1",
    OMP_WAIT_POLICY: "PASSIVE",
    OMP_NUM_THREADS: expect.stringMatching(/^\d+$/),
    TRANSFORMERS_VERBOSITY: "info",
  });
});

test("a fork goes on from a checkpoint with other settings; not with another model or framework", async () => {
  const fork = ["fork", "bert", "--at", "3", "--name", "forked"];
  const run = await ended(...fork, "--set", "train.learning_rate=0.002");
  expect(run).toMatchObject({ state: "finished", progress: { step: 6 }, parent: { step: 3 } });
  expect((await losses("forked")).length).toBe(3);
  const refused = await workspace.run(...fork, "--set", "data.labels=[c,b,a]");
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("data.labels cannot change in a fork");
});

test("a checkpoint is evaluated on another file, which is kept with the run, and asked for predictions", async () => {
  const { id, checkpoints, dir } = await workspace.json("show", "bert");
  const own = checkpoints.find(({ step }) => step === 6)!.metrics;
  const on = ["evaluate", "bert", "--checkpoint", "6", "--data", "new.csv"];
  const evaluated = await workspace.json<EvaluationRecord & { file: string }>(...on);
  expect(evaluated).toMatchObject({
    run: id,
    step: 6,
    rows: evaluated.judgedRows,
    files: [{ path: inFolder("new.csv") }],
  });
  for (const [name, value] of Object.entries(own)) expect(evaluated.metrics[name]).toBeCloseTo(Number(value), 5);
  const { file, ...kept } = evaluated;
  expect(readJson(file)).toEqual(kept);
  expect(readdirSync(join(dir, "evaluations"))).toHaveLength(1);

  workspace.write("strange.csv", csv([TEXTS[0]!, "w,d"]));
  const strange = await workspace.run("evaluate", "bert", "--checkpoint", "last", "--data", "strange.csv");
  expect(strange.code).toBe(1);
  expect(strange.stderr).toMatch(/strange\.csv.*the label "?d"? is unknown/);
  expect(readdirSync(join(dir, "evaluations"))).toHaveLength(1);

  const texts = TEXTS.slice(0, 2).map((row) => row.split(",")[0]!);
  const { step, predictions } = await workspace.json<{ step: number; predictions: Prediction[] }>(
    "predict",
    "bert",
    ...texts,
    "--checkpoint",
    "last",
  );
  expect([step, predictions.map(({ text }) => text)]).toEqual([6, texts]);
  for (const { label = "", probabilities = {} } of predictions) {
    expect(Object.keys(probabilities)).toEqual(["a", "b", "c"]);
    expect(probabilities[label]).toBe(Math.max(...Object.values(probabilities).map(Number)));
  }
});

test("a config goes on from the folder it names; the difference of settings is told, a foreign folder refused", async () => {
  const { dir, id } = await workspace.json("show", "bert");
  const folder = join(dir, "checkpoints/step-3");
  const set = ["--set", `checkpoint.resume=${folder}`];
  const started = await workspace.run(
    "start",
    "torch.finetune.yaml",
    "--name",
    "going-on",
    "--wait",
    ...set,
    "--set",
    "train.max_steps=8",
  );
  expect(started.code, started.stderr).toBe(0);
  expect(started.stderr).toMatch(/C51: .*`train\.max_steps` was 6 and is 8/);
  const run = await workspace.json("show", "going-on");
  expect(run).toMatchObject({ state: "finished", progress: { step: 8 }, parent: { run: id, step: 3 } });
  expect(readdirSync(join(run.dir, "parent-checkpoint"))).toContain("tuning-fork.json");

  const before = readdirSync(inFolder(".tuning-fork/runs"));
  const foreign = await workspace.run("start", "torch.finetune.yaml", "--set", "checkpoint.resume=./bert");
  expect(foreign.code).not.toBe(0);
  expect(foreign.stderr).toMatch(/No run of Tuning Fork saved .*bert.* name it in `model\.name_or_path`/s);
  expect(readdirSync(inFolder(".tuning-fork/runs"))).toEqual(before);
});

test("two processes share each step on a machine without GPUs", async () => {
  const set = [
    "hardware.strategy=ddp",
    "hardware.devices=2",
    "train.per_device_train_batch_size=2",
    "train.max_steps=2",
  ];
  const run = await ended("start", "torch.finetune.yaml", "--name", "two", ...set.flatMap((one) => ["--set", one]));
  expect(run).toMatchObject({ state: "finished", progress: { step: 2 }, facts: { processes: 2 } });
  expect(environmentOf(run).variables["OMP_NUM_THREADS"]).toBe("1");
});

test("an interpreter without the packages is refused with the command that installs them, and nothing is left", async () => {
  execFileSync(testPython(), ["-m", "venv", "--without-pip", inFolder("bare")]);
  const before = readdirSync(inFolder(".tuning-fork/runs"));
  const set = ["--set", "hardware.python=bare"];
  const { code, stderr } = await workspace.run("start", "torch.finetune.yaml", ...set);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(
    /C52: The interpreter .*bare\/bin\/python3? \(`hardware\.python`\) lacks `torch`, .*Run: `uv pip/,
  );
  expect(readdirSync(inFolder(".tuning-fork/runs"))).toEqual(before);
});
