import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readJson } from "../../src/base/files.ts";
import { readHistory } from "../../src/runner/history.ts";
import { storePaths } from "../../src/runs/layout.ts";
import type { RunRecord } from "../../src/runs/model.ts";
import { randomBert, WORDS, writeBertFolder } from "../support/bert-folder.ts";
import { CliWorkspace, outputOf } from "../support/cli.ts";
import { writeProgram } from "../support/fake-python.ts";
import { eventsOf, kill, stateOf, trainerPid, until, untilState } from "../support/processes.ts";
import { testPython } from "../support/test-python.ts";

/**
 * One run with PyTorch that meets everything that can interrupt it, one after the other, beside the same run left alone. Each
 * segment is a process that imports PyTorch: seconds, on a crowded machine most of a minute.
 */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
const PATIENCE_MS = 300_000;
const LONG = 16_000;

/** 40 rows in steps of 2 × 3: seven steps an epoch, so that the evaluations and checkpoints stand in mid-epoch. */
const CONFIG = `version: 1
task: text-classification
run: { name: whole, seed: 42 }
model: { name_or_path: ./bert, dropout: 0.1 }
data: { train: toy.csv, eval: new.csv, max_length: 10, labels: [a, b, c] }
method: { type: full }
train: { max_steps: 500, per_device_train_batch_size: 3, gradient_accumulation_steps: 2, learning_rate: 1.0e-3 }
eval: { strategy: steps, steps: 100, metrics: [loss, accuracy] }
checkpoint: { metric_for_best_model: loss }
hardware: { python: ./python-with-limit }
`;
const TEXTS = WORDS.slice(4, 7).flatMap((first, label) =>
  WORDS.slice(4).flatMap((second) => WORDS.slice(7).map((third) => `${first} ${second} ${third},${"abc"[label]}`)),
);
const csv = (rows: string[]): string => `text,label\n${rows.join("\n")}\n`;
const SERIES = ["train/loss", "train/grad_norm", "train/learning_rate", "eval/loss", "eval/accuracy"];

const workspace = new CliWorkspace();
const full = join(workspace.folder, "full");
let run: string;
let whole: string;
beforeAll(async () => {
  workspace.write("toy.csv", csv(TEXTS.filter((_, at) => at % 4 !== 0)));
  workspace.write("new.csv", csv(TEXTS.filter((_, at) => at % 4 === 0)));
  workspace.write("torch.finetune.yaml", CONFIG);
  // An interpreter under which no file grows beyond 700 KiB while the file `full` is there: journal and weights fit.
  writeProgram(
    join(workspace.folder, "python-with-limit"),
    // POSIX counts in blocks of 512 bytes.
    `case "$*" in *train_torch.py) [ -e "${full}" ] && ulimit -f 1400 ;; esac\nexec "${testPython()}" "$@"`,
  );
  writeBase(join(workspace.folder, "bert"));
  const { code, stderr } = await workspace.run("start", "torch.finetune.yaml", "--wait");
  expect(code, stderr).toBe(0);
  whole = (await workspace.json("show", "whole")).dir;
});
afterAll(() => workspace.remove());

/** A base whose table of embeddings is made long by tokens that no text has: 0.5 MB of weights, 1 MB of optimizer's state. */
function writeBase(folder: string): void {
  const weights = randomBert();
  const name = "bert.embeddings.word_embeddings.weight";
  const { shape, data } = weights.get(name)!;
  const longer = new Float32Array(LONG * shape[1]!);
  longer.set(data);
  weights.set(name, { shape: [LONG, shape[1]!], data: longer });
  writeBertFolder(folder, weights, ["a", "b", "c"]);
  const file = join(folder, "config.json");
  writeFileSync(file, JSON.stringify({ ...(readJson(file) as object), vocab_size: LONG }));
}

/** Waits until a segment has trained to a step. */
const untilStep = (dir: string, step: number): Promise<unknown> =>
  until(`step ${step}`, () => eventsOf(dir, "events", "metrics").some((event) => event.step >= step), PATIENCE_MS);
const saved = (dir: string): string[] => readdirSync(join(dir, "checkpoints")).toSorted();
const lastEnd = (dir: string) => eventsOf(dir, "events", "end").at(-1);
/** `step → value` of a metric; a later segment's points replace those of an earlier one. */
const series = (dir: string, name: string): [number, number][] => {
  const points = eventsOf(dir, "events", "metrics").flatMap(({ step, values }) =>
    name in values ? [[step, values[name]!] as const] : [],
  );
  return [...new Map(points)].toSorted(([a], [b]) => a - b);
};

/** Metrics from the beginning of a segment on. */
const stepsOf = (segment: number) => {
  const begin = eventsOf(run, "events", "journal")[segment - 1];
  return begin ? eventsOf(run, "events", "metrics").filter(({ timeMs }) => timeMs > begin.timeMs) : [];
};
/** Waits until a segment has made some steps. */
const someSteps = (segment: number): Promise<unknown> =>
  until(`steps of segment ${segment}`, () => stepsOf(segment).length > 5, PATIENCE_MS);

test("a run goes on when what started it dies", async () => {
  const { runs, run: folderOf } = storePaths(join(workspace.folder, ".tuning-fork"));
  const before = readdirSync(runs);
  const starter = workspace.spawn("start", "torch.finetune.yaml", "--name", "struck", "--wait");
  const over = outputOf(starter);
  const id = await until("the run", () => readdirSync(runs).find((name) => !before.includes(name)), PATIENCE_MS);
  run = folderOf(id);
  await untilStep(run, 5);
  starter.kill("SIGKILL");
  expect((await over).code).toBeNull();
  const step = eventsOf(run, "events", "metrics").at(-1)!.step;
  await untilStep(run, step + 20);
});

test("killed, it is crashed; resumed, it goes on from its last checkpoint", async () => {
  await untilStep(run, 105);
  kill(await trainerPid(run), "SIGKILL");
  await untilState(run, "crashed");
  expect(lastEnd(run)).toBeUndefined();
  expect(readHistory(run).cause).toMatch(/SIGKILL/);
  const steps = saved(run).map((name) => Number(name.replace("step-", "")));
  const resumed = await workspace.json("resume", "struck");
  expect(resumed.segments.at(-1)!.fromStep).toBe(Math.max(...steps));
});

test("SIGTERM to the trainer saves at the last finished step and adds no evaluation", async () => {
  await someSteps(2);
  process.kill(await trainerPid(run), "SIGTERM");
  await untilState(run, "stopped");
  const end = lastEnd(run)!;
  expect(end).toMatchObject({ outcome: "stopped" });
  expect(saved(run)).toContain(`step-${end.step}`);
  // The killed segment had come further; what this one trained last is what it saved.
  expect(stepsOf(2).at(-1)).toMatchObject({ step: end.step, values: { "train/loss": expect.any(Number) } });
});

test("a full disk ends it with a sentence and leaves nothing half-written", async () => {
  const before = saved(run);
  workspace.write("full", "");
  const { code, stdout, stderr } = await workspace.run("resume", "struck", "--wait");
  expect(code).not.toBe(0);
  expect(stateOf(run)).toBe("failed");
  const end = lastEnd(run)!;
  expect(end).toMatchObject({ outcome: "failed", code: "disk-full" });
  expect(end.reason).toMatch(/^The checkpoint at step \d+ does not fit in .*checkpoints; .* Free some space/);
  expect(stdout + stderr).toContain("does not fit in");
  expect(saved(run)).toEqual(before);
});

test("with room again it goes on; stopped by its owner, it saves where it is", async () => {
  rmSync(full);
  const { segments } = await workspace.json("resume", "struck");
  expect(segments.length).toBe(4);
  await someSteps(4);
  const { stdout } = await workspace.run("stop", "struck");
  expect(stdout).toContain("Asked the trainer to save and stop.");
  const { state, progress, checkpoints } = await workspace.json("show", "struck");
  expect(state).toBe("stopped");
  expect(checkpoints.at(-1)).toMatchObject({ step: progress.step, present: true });
  expect(lastEnd(run)).toMatchObject({ outcome: "stopped", step: progress.step });
});

test("it goes on to the end, and every figure is that of the run that nothing struck", async () => {
  const stoppedAt = lastEnd(run)!.step;
  const { code, stderr } = await workspace.run("resume", "struck", "--wait");
  expect(code, stderr).toBe(0);
  const record = await workspace.json<RunRecord>("show", "struck");
  expect(record).toMatchObject({ state: "finished", progress: { step: 500 } });
  expect(record.segments.length).toBe(5);
  expect(record.segments.at(-1)!.fromStep).toBe(stoppedAt);
  for (const name of SERIES) expect(series(run, name), name).toEqual(series(whole, name));
  expect(existsSync(join(run, "checkpoints/step-500/model.safetensors"))).toBe(true);
});
