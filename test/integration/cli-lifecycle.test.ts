import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunRecord } from "../../src/runs/model.ts";
import { CliWorkspace, outputOf } from "../support/cli.ts";
import { expectForm } from "../support/expect-schema.ts";
import { until } from "../support/processes.ts";
import { RunSchema } from "../support/run-schema.ts";

/** Detach, stop, resume and fork, as a person does them. */

/** So many steps that a run only ends when it is stopped. */
const LONG = "train.max_steps=200000";

let workspace: CliWorkspace;
beforeAll(() => (workspace = new CliWorkspace()));
afterAll(() => workspace.remove());

/** Waits until a run has made some steps. */
const atStep = async (name: string, step: number): Promise<RunRecord> => {
  for (;;) {
    const run = await workspace.json("show", name);
    if (run.progress.step >= step) return run;
    expect(run.state).toMatch(/preparing|running/);
  }
};

test("Ctrl-C detaches from a run that goes on; a stop saves, a resume goes on as the next segment", async () => {
  const child = workspace.spawn("start", "finetune.yaml", "--name", "long", "--wait", "--set", LONG);
  let seen = "";
  child.stdout?.on("data", (data: Buffer) => (seen += data.toString()));
  const finished = outputOf(child);
  await until("the first evaluation", () => seen.includes("Evaluation at step"), 60_000);
  child.kill("SIGINT");
  const { code, stdout } = await finished;
  expect(code).toBe(130);
  expect(stdout).toMatch(
    /Detached\. Run long goes on\.\nfollow {2}tuning-fork show -f (\w{26})\nlook +tuning-fork show \1\nstop +tuning-fork stop \1\n$/,
  );

  const running = await atStep("long", 10);
  expect(running).toMatchObject({ state: "running", endedMs: null });
  expect((await workspace.run("resume", "long")).stderr).toMatch(/is running: it need not be resumed/);
  expect((await workspace.run("delete", "long")).stderr).toMatch(/live run cannot be deleted/);

  const stop = await workspace.run("stop", "long");
  expect(stop.code).toBe(0);
  expect(stop.stdout).toMatch(
    /^Asked the trainer to save and stop\.\nNo process of the run is left\.\nlong {2}stopped {2}Stopped by cli, user /,
  );
  const stopped = await workspace.json("show", "long");
  expectForm(RunSchema, stopped);
  const last = stopped.checkpoints.at(-1);
  expect(last?.step).toBe(stopped.progress.step);
  expect((await workspace.run("stop", "long")).code).toBe(1);

  const resumed = expectForm(RunSchema, await workspace.json("resume", "long"));
  expect(resumed.segments.map(({ fromStep }) => fromStep)).toEqual([0, last?.step]);
  expect(resumed.state).not.toBe("stopped");
  expect((await atStep("long", stopped.progress.step + 5)).id).toBe(running.id);
  const forced = await workspace.json("stop", "long", "--force");
  expect(forced.state).toBe("stopped");
});

test("a run that was never followed shows its progress to its end", async () => {
  await workspace.json("start", "finetune.yaml", "--name", "watched", "--set", "train.max_steps=60");
  const { code, stdout } = await workspace.run("show", "-f", "watched");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^watched {2}finished {2}60 steps/m);
});

test("a resume warns when the data changed; one without a checkpoint starts again", async () => {
  const moving = workspace.write("moving.csv", "text,label\n" + "good offer,spam\ngood meeting,ham\n".repeat(30));
  const started = await workspace.json(
    "start",
    "finetune.yaml",
    "--name",
    "moved",
    "--set",
    "data.train=moving.csv",
    "--set",
    LONG,
    "--set",
    "eval.strategy=steps",
    "--set",
    "eval.steps=100000",
  );
  await atStep("moved", 1);
  await workspace.json("stop", "moved");
  workspace.write("moving.csv", "text,label\n" + "bad offer,spam\nbad meeting,ham\n".repeat(30));
  const { code, stdout } = await workspace.run("resume", "moved");
  expect(code).toBe(0);
  expect(stdout).toContain(`The data changed since the start: ${moving}`);
  await workspace.json("stop", "moved");
  const run = await workspace.json("show", "moved");
  expect(run.id).toBe(started.id);
  expect(run.alerts.map(({ code: kind }) => kind)).toContain("data-changed");
});

test("a fork is a new run from a checkpoint of its own, with settings changed", async () => {
  const parent = await workspace.json("start", "finetune.yaml", "--name", "parent", "--wait");
  const [checkpoint] = parent.checkpoints;
  const step = checkpoint?.step ?? 0;
  expect(step).toBeGreaterThan(0);
  const fork = await workspace.json(
    "fork",
    "parent",
    "--at",
    String(step),
    "--set",
    "train.learning_rate=0.0001",
    "--wait",
  );
  expectForm(RunSchema, fork);
  expect(fork).toMatchObject({ name: `parent-from-${step}`, state: "finished", parent: { run: parent.id, step } });
  expect(fork.id).not.toBe(parent.id);
  expect(fork.config).toMatchObject({ train: { learning_rate: 0.0001 } });
  expect(fork.origins).toMatchObject({
    "train.learning_rate": "override",
    "train.num_train_epochs": "parent",
    "method.r": "default",
  });
  expect(existsSync(join(fork.dir, "parent-checkpoint", "model.safetensors"))).toBe(true);
  const points = await workspace.json<{ points: number[][] }>("metrics", fork.id, "train/loss");
  expect(points.points.map(([at]) => at)).toEqual(Array.from({ length: 15 - step }, (_, index) => step + 1 + index));

  const told = await workspace.run(
    "fork",
    "parent",
    "--at",
    String(step),
    "--set",
    "train.gradient_accumulation_steps=2",
  );
  expect(told.stdout).toContain("train.gradient_accumulation_steps was 1 and is 2\n");
  expect(told.stdout).not.toMatch(/train\.learning_rate|run\.name/);
  await workspace.run("stop", `parent-from-${step}-2`, "--wait");

  // Nothing of the fork hangs on the parent's checkpoint.
  await workspace.run("delete", "parent", "--permanently", "--yes");
  const again = await workspace.json(
    "fork",
    fork.id,
    "--at",
    "best",
    "--set",
    "train.num_train_epochs=4",
    "--wait",
    "--name",
    "again",
  );
  expect(again).toMatchObject({ name: "again", state: "finished", progress: { step: 20 } });
});

test.each([
  [["--at", "7"], /no checkpoint at step 7\. There are checkpoints at: /],
  [["--set", "model.name_or_path=builtin:use-lite"], /model\.name_or_path cannot change in a fork/],
  [["--set", "train.learning_rat=1"], /Unknown key `learning_rat`/],
  [["--at", "last", "--set", "train.max_steps=1"], /and the plan ends at step 1\./],
])("a fork that cannot be is refused before anything is made: %j", async (args, reason) => {
  const before = await workspace.json<unknown[]>("list");
  const { code, stderr } = await workspace.run("fork", "again", ...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(reason);
  expect(await workspace.json<unknown[]>("list")).toHaveLength(before.length);
});

test("--wait is not 0 when the run did not finish", async () => {
  const child = workspace.spawn("start", "finetune.yaml", "--name", "ended", "--wait", "--json", "--set", LONG);
  const finished = outputOf(child);
  await until("the run's folder", () => existsSync(join(workspace.folder, ".tuning-fork/runs")));
  for (let named = false; !named;) named = (await workspace.run("show", "ended")).code === 0;
  await atStep("ended", 2);
  await workspace.json("stop", "ended");
  const { code, stdout } = await finished;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ name: "ended", state: "stopped" });
});
