import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunRecord } from "../../src/runs/model.ts";
import { CLI, CliWorkspace } from "../support/cli.ts";
import { expectForm } from "../support/expect-schema.ts";
import { root } from "../support/imports.ts";
import { eventsOf, until } from "../support/processes.ts";
import { RunSchema } from "../support/run-schema.ts";

/** Scripts of one's own as a person starts, stops, resumes and forks them. */

let workspace: CliWorkspace;
beforeEach(() => (workspace = new CliWorkspace()));
afterEach(() => workspace.remove());

/** Writes a config that runs a shell or Python text. */
function script(text: string, more = "", name = "train.py"): void {
  workspace.write(name, text);
  workspace.write(
    "script.finetune.yaml",
    `version: 1\ntask: script\nrun: { name: mine }\nscript:\n  entry: ${name}\n${more}`,
  );
}

async function ended(...more: string[]): Promise<RunRecord> {
  await workspace.run("start", "script.finetune.yaml", "--wait", ...more);
  return expectForm(RunSchema, await workspace.json("show", "mine"));
}

const valuesOf = async (metric: string, run = "mine"): Promise<[number, number][]> => {
  const { points } = await workspace.json<{ points: [number, number, number][] }>("metrics", run, metric);
  return points.map(([step, value]) => [step, value]);
};
const checkpointsOf = ({ checkpoints }: RunRecord) =>
  checkpoints.map(({ step, path, tags }) => [step, path.split("/").at(-1), tags.join()]);

/** Waits until a live run has recorded a step. */
async function reached(step: number): Promise<RunRecord> {
  for (;;) {
    const run = await workspace.json("show", "mine");
    if (run.progress.step >= step) return run;
    expect(run.state).toMatch(/preparing|running/);
  }
}

describe("a Python script with the logger", () => {
  test("gets its parameters and arguments, and is recorded with metrics, tables, alerts and checkpoints", async () => {
    script(
      `
import json, os, sys
import tuning_fork
from tuning_fork import params
print(json.dumps([sys.argv[1:], dict(params), os.environ["TUNING_FORK_PARAM_LR"], os.getcwd()]), flush=True)
for step in range(1, 6):
    tuning_fork.log({"train/loss": params.lr / step, "odd": float("nan")}, step=step)
folder = os.path.join(tuning_fork.output_dir, "w-5")
os.makedirs(folder); open(os.path.join(folder, "w.bin"), "w").write("12345")
tuning_fork.checkpoint(folder, metrics={"eval/loss": 0.2}, best=True)
tuning_fork.table("eval/samples", ["text", "label"], [["a", "b"]])
tuning_fork.alert("Look at this.")
`,
      '  args: ["--out", "${run.output_dir}", "${params.epochs}"]\n  params: { lr: 0.5, epochs: 3 }\n',
    );
    const run = await ended("--set", "script.params.lr=0.25");
    expect(run).toMatchObject({ state: "finished", cause: "", task: "script", model: "", progress: { step: 5 } });
    const output = join(run.dir, "checkpoints");
    expect(JSON.parse(readFileSync(join(run.dir, "output.log"), "utf8"))).toEqual([
      ["--out", output, "3"],
      { lr: 0.25, epochs: 3 },
      "0.25",
      workspace.folder,
    ]);
    expect(await valuesOf("train/loss")).toEqual([1, 2, 3, 4, 5].map((step) => [step, 0.25 / step]));
    expect(run.metrics["odd"]).toMatchObject({ last: "NaN", count: 5 });
    expect(run.checkpoints).toMatchObject([
      { step: 5, path: join(output, "w-5"), bytes: 5, metrics: { "eval/loss": 0.2 }, tags: ["best", "last"] },
    ]);
    expect(run.tables).toEqual([{ name: "eval/samples", step: 5 }]);
    expect(run.alerts).toMatchObject([{ message: "Look at this.", level: "warning" }]);
    expect(run.damagedLines).toBe(0);
  });

  test("that listens saves before it stops; resumed, it goes on with that checkpoint", async () => {
    script(`
import os, time
import tuning_fork
step = 0
if tuning_fork.resume_from:
    step = int(open(tuning_fork.resume_from).read())
    print("from", step, flush=True)
while step < 100000:
    step += 1
    tuning_fork.log({"loss": 1 / step}, step=step)
    if tuning_fork.should_stop() or tuning_fork.resume_from:
        path = os.path.join(tuning_fork.output_dir, f"state-{step}")
        open(path, "w").write(str(step))
        tuning_fork.checkpoint(path, step)
        break
    time.sleep(0.01)
`);
    await workspace.json("start", "script.finetune.yaml");
    await reached(10);
    const stopped = await workspace.json("stop", "mine");
    expect(stopped).toMatchObject({ state: "stopped", cause: expect.stringMatching(/^Stopped by cli, user \w+\.$/) });
    const [saved] = stopped.checkpoints;
    expect(saved?.step).toBe(stopped.progress.step);

    await workspace.json("resume", "mine");
    await workspace.run("show", "-f", "mine");
    const resumed = await workspace.json("show", "mine");
    expect(resumed).toMatchObject({ state: "finished", progress: { step: saved!.step + 1 } });
    expect(resumed.segments.map(({ fromStep }) => fromStep)).toEqual([0, saved!.step]);
    expect(readFileSync(join(resumed.dir, "output.log"), "utf8")).toContain(`from ${saved!.step}\n`);

    const fork = await workspace.json("fork", "mine", "--at", "last", "--name", "forked");
    await workspace.run("show", "-f", "forked");
    const forked = await workspace.json("show", "forked");
    expect(forked.parent).toEqual({ run: resumed.id, step: saved!.step + 1 });
    expect(workspace.plan(fork)?.resumeFrom).toBe(join(fork.dir, "parent-checkpoint", `state-${saved!.step + 1}`));
    expect(readFileSync(join(fork.dir, "output.log"), "utf8")).toContain(`from ${saved!.step + 1}\n`);
  });
});

describe("a script that knows nothing of it", () => {
  test("its checkpoints are found by their names, those it prunes are gone, and the last one is where it goes on", async () => {
    script(
      `
import os, sys, time
out = os.environ["OUT"]
first = int(os.environ.get("TUNING_FORK_RESUME_FROM", "-0").rsplit("-", 1)[1])
for step in range(first + 10, first + 40, 10):
    os.makedirs(f"{out}/tmp-{step}")
    open(f"{out}/tmp-{step}/model.bin", "w").write("x" * step)
    os.rename(f"{out}/tmp-{step}", f"{out}/checkpoint-{step}")
    time.sleep(4.5)
    if step == first + 20:
        import shutil; shutil.rmtree(f"{out}/checkpoint-{first + 10}")
sys.exit(0 if first else 7)
`,
      '  checkpoints: "checkpoint-*"\nhardware: { env: { OUT: out } }\n',
    );
    workspace.write(
      "script.finetune.yaml",
      readFileSync(join(workspace.folder, "script.finetune.yaml"), "utf8").replace(
        "name: mine",
        "name: mine, output_dir: out",
      ),
    );
    const failed = await ended();
    expect(failed).toMatchObject({ state: "failed", cause: "The script exited with code 7." });
    // The first was there and is gone.
    expect(eventsOf(failed.dir, "runner", "checkpoint").map(({ step }) => step)).toEqual([10, 20, 30]);
    expect(checkpointsOf(failed)).toEqual([
      [20, "checkpoint-20", ""],
      [30, "checkpoint-30", "last"],
    ]);
    await workspace.run("resume", "mine");
    await workspace.run("show", "-f", "mine");
    const resumed = await workspace.json("show", "mine");
    expect(resumed).toMatchObject({ state: "finished" });
    expect(resumed.segments.map(({ fromStep }) => fromStep)).toEqual([0, 30]);
    expect(resumed.checkpoints.at(-1)).toMatchObject({ step: 60, bytes: 60, present: true });
  });

  test("metrics are read from what it prints", async () => {
    script(
      "for step in range(1, 4):\n    print(f'step {step * 10} loss: {1 / step:.3f}')\n",
      '  patterns: ["step (?<step>\\\\d+) loss: (?<loss>[\\\\d.]+)"]\n',
    );
    const run = await ended();
    expect(run.state).toBe("finished");
    expect(await valuesOf("loss")).toEqual([
      [10, 1],
      [20, 0.5],
      [30, 0.333],
    ]);
    expect(run.alerts).toMatchObject([{ level: "info", code: "metrics-from-output" }]);
  });

  test("what it logs itself is believed instead of what it prints", async () => {
    script(
      "import tuning_fork\ntuning_fork.log({'loss': 1.0}, step=5)\nprint('step 5 loss: 1.000')\n",
      '  patterns: ["step (?<step>\\\\d+) loss: (?<loss>[\\\\d.]+)"]\n',
    );
    await ended();
    expect(await valuesOf("loss")).toEqual([[5, 1]]);
  });

  test("one in JavaScript appends its journal by hand", async () => {
    script(
      `import { appendFileSync } from "node:fs";
for (const step of [10, 20]) appendFileSync(process.env.TUNING_FORK_EVENTS, JSON.stringify({ t: "metric", step, loss: 4 / step }) + "\\n");
`,
      "",
      "train.mjs",
    );
    expect(await ended()).toMatchObject({ state: "finished", progress: { step: 20 }, damagedLines: 0 });
    expect(await valuesOf("loss")).toEqual([
      [10, 0.4],
      [20, 0.2],
    ]);
  });

  test("it gets SIGTERM at once when it is to stop, and time to save", async () => {
    script(
      `
import os, signal, sys, time
def leave(*_):
    time.sleep(6)  # longer than a trainer that was asked before gets
    open(os.environ["TUNING_FORK_OUTPUT_DIR"] + "/last-12.pt", "w").write("saved")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
while True: time.sleep(0.05)
`,
      '  checkpoints: "*.pt"\n',
    );
    const run = await workspace.json("start", "script.finetune.yaml");
    await until("the script", () => readFileSync(join(run.dir, "output.log"), "utf8").includes("ready"));
    const stopped = await workspace.json("stop", "mine");
    expect(stopped).toMatchObject({
      state: "stopped",
      cause: expect.stringContaining("the script was ended by SIGTERM"),
    });
    expect(checkpointsOf(stopped)).toEqual([[12, "last-12.pt", "last"]]);
  });
});

test("a run that a script starts is a run of its own, and goes on when the script has ended", async () => {
  workspace.write(
    "inner.py",
    "import os, time\nwhile not os.path.exists('enough'): time.sleep(0.05)\nprint('went on')\n",
  );
  workspace.write(
    "inner.finetune.yaml",
    "version: 1\ntask: script\nrun: { name: inner }\nscript: { entry: inner.py }\n",
  );
  const start = `[${JSON.stringify(CLI)}, "start", "inner.finetune.yaml"]`;
  script(
    `import { execFileSync } from "node:child_process";\nexecFileSync(process.execPath, ${start});\n`,
    "",
    "outer.mjs",
  );
  const outer = await ended();
  expect(outer.state).toBe("finished");
  expect(eventsOf(outer.dir, "runner", "stop")).toEqual([]);
  const inner = await workspace.json("show", "inner");
  expect(inner.state).toMatch(/preparing|running/);
  workspace.write("enough", "");
  await workspace.run("show", "-f", "inner");
  expect(await workspace.json("show", "inner")).toMatchObject({ state: "finished", cause: "" });
  expect(readFileSync(join(inner.dir, "output.log"), "utf8")).toBe("went on\n");
});

describe("the end is told truly", () => {
  test.each([
    ["import sys; print('no rows'); sys.exit(3)", "failed", "The script exited with code 3. Its last output: no rows"],
    [
      "raise ValueError('bad value')",
      "failed",
      "The script exited with code 1. Its last output: ValueError: bad value",
    ],
    ["import os; os.kill(os.getpid(), 11)", "crashed", "The script was ended by SIGSEGV (a fault in native code)."],
    [
      "import os; os.kill(os.getpid(), 9)",
      "crashed",
      "The script was killed by SIGKILL from outside; out of memory is the usual cause.",
    ],
  ])("%s", async (text, state, cause) => {
    script(`${text}\n`);
    expect(await ended()).toMatchObject({ state, cause });
  });

  test("without a checkpoint it is not resumed, and says what it takes", async () => {
    script("import sys; sys.exit(1)\n");
    await ended();
    const { code, stderr } = await workspace.run("resume", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain("Run mine has no checkpoint that its script could go on from.");
    expect(stderr).toContain("script.checkpoints");
  });

  test("a config that cannot run is refused before anything is made", async () => {
    workspace.write("script.finetune.yaml", "version: 1\ntask: script\nscript: { entry: gone.py }\n");
    const { code, stdout, stderr } = await workspace.run("start", "script.finetune.yaml");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/C66.*gone\.py is not there/);
    expect(existsSync(join(workspace.folder, ".tuning-fork/runs"))).toBe(false);
    expect((await workspace.run("smoke", "script.finetune.yaml")).stderr).toContain("is not tried in two steps");
  });
});

test("the example learns, stops, and goes on exactly as if it had not been stopped", async () => {
  execFileSync(process.execPath, [join(root, "scripts/sample.mjs")]); // makes its data where nobody has yet
  for (const name of ["script", "spam"])
    cpSync(join(root, "examples", name), join(workspace.folder, name), { recursive: true });
  const file = "script/finetune.yaml";
  expect((await workspace.run("start", file, "--name", "whole", "--wait")).code).toBe(0);
  const whole = expectForm(RunSchema, await workspace.json("show", "whole"));
  expect(whole).toMatchObject({ state: "finished", progress: { step: 120, total: 120, epoch: 8 } });
  expect(Number(whole.metrics["eval/accuracy"]?.last)).toBeGreaterThan(0.85);
  expect(whole.checkpoints.at(-1)?.tags).toContain("last");

  const started = await workspace.json("start", file, "--name", "halved", "--set", "script.params.pause_ms=20");
  await until("some steps", () => existsSync(join(started.dir, "checkpoints/checkpoint-30.json")));
  const stopped = await workspace.json("stop", "halved");
  expect(stopped).toMatchObject({ state: "stopped" });
  expect(stopped.progress.step).toBeLessThan(120);
  await workspace.run("resume", "halved");
  await workspace.run("show", "-f", "halved");
  expect(await valuesOf("train/loss", "halved")).toEqual(await valuesOf("train/loss", "whole"));
  expect(await valuesOf("eval/loss", "halved")).toEqual(await valuesOf("eval/loss", "whole"));
  expect(dirname(stopped.dir)).toBe(dirname(whole.dir));
});
