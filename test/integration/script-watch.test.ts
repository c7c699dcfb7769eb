import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readJournal } from "../../src/journal/reader.ts";
import { LocalLauncher } from "../../src/launch/local.ts";
import { readHistory } from "../../src/runner/history.ts";
import { runFile } from "../../src/runs/layout.ts";
import type { LaunchPlan, ScriptPlan } from "../../src/runs/model.ts";
import { makeFakeRun } from "../support/fake-trainer.ts";
import { root } from "../support/imports.ts";
import { eventsOf, freshStores, kill, until, untilState } from "../support/processes.ts";

/** What the runner does beside a script, whatever happens to either. */

const store = freshStores();
const launcher = new LocalLauncher();

/** Starts a run whose trainer is this shell text; `$OUT` is its output folder. */
async function start(text: string, script: Partial<ScriptPlan> = {}, plan: Partial<LaunchPlan> = {}, env = {}) {
  const { runDir } = makeFakeRun(store());
  const outputDir = join(runDir, "checkpoints");
  const whole: LaunchPlan = {
    ...(JSON.parse(readFileSync(runFile(runDir, "launch"), "utf8")) as LaunchPlan),
    command: ["/bin/bash", "-c", text],
    script: { outputDir, checkpoints: null, patterns: [], patternsFirst: false, ...script },
    ...plan,
  };
  writeFileSync(runFile(runDir, "launch"), JSON.stringify(whole));
  const { runnerPid } = await launcher.submit(runDir, { ...process.env, OUT: outputDir, ...env });
  await untilState(runDir, "running", "finished");
  return { runDir, runnerPid, outputDir };
}

const steps = (runDir: string) => eventsOf(runDir, "events", "metrics").map(({ step }) => step);
const PATTERNS = { patterns: ["step (?<step>\\d+) loss (?<loss>\\S+)"], patternsFirst: true };

describe("a runner that was killed", () => {
  test("is replaced by one that reads the output on where it was", async () => {
    const text = 'for i in $(seq 1 60); do echo "step $i loss 0.$i"; sleep 0.1; done; sleep 4';
    const { runDir, runnerPid } = await start(text, PATTERNS);
    await until("some steps", () => steps(runDir).length >= 10);
    kill(runnerPid, "SIGKILL");
    await until("the script to go on without a runner", () =>
      readFileSync(runFile(runDir, "output"), "utf8").includes("step 35 "),
    );
    await launcher.adopt(runDir);
    await untilState(runDir, "crashed");
    expect(readHistory(runDir).cause).toBe(
      "The script ended after its runner had been killed, so nobody saw its exit code.",
    );
    const seen = steps(runDir);
    expect([...new Set(seen)]).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    // A second of lines at most was read twice.
    expect(seen.length).toBeLessThan(75);
  });
});

describe("checkpoints", () => {
  test("saved while no runner lived are found by the next; those on record are not recorded again", async () => {
    const { runDir, runnerPid, outputDir } = await start('echo x > "$OUT/c-5"; sleep 30');
    kill(runnerPid, "SIGKILL");
    const plan = JSON.parse(readFileSync(runFile(runDir, "launch"), "utf8")) as LaunchPlan;
    const { mtime } = statSync(runFile(runDir, "launch"));
    plan.script!.checkpoints = join(outputDir, "c-*");
    writeFileSync(runFile(runDir, "launch"), JSON.stringify(plan));
    execFileSync("touch", ["-d", mtime.toISOString(), runFile(runDir, "launch")]);
    const { runnerPid: second } = await launcher.adopt(runDir);
    const found = () => eventsOf(runDir, "runner", "checkpoint").map(({ path }) => path);
    await until("the checkpoint", () => found().length > 0);
    kill(second, "SIGKILL");
    await launcher.adopt(runDir);
    writeFileSync(join(outputDir, "c-6"), "y");
    await until("the other", () => found().includes("checkpoints/c-6"));
    expect(found()).toEqual(["checkpoints/c-5", "checkpoints/c-6"]);
    launcher.stop(runDir, { by: "ada", force: true });
    await untilState(runDir, "stopped");
  });
});

describe("a script", () => {
  test("that ignores SIGTERM has the whole grace period, then is killed", async () => {
    const { runDir } = await start(
      "trap '' TERM; echo ready; while true; do sleep 0.1; done",
      {},
      { gracePeriodMs: 1500 },
    );
    await until("the trap", () => readFileSync(runFile(runDir, "output"), "utf8").includes("ready"));
    launcher.stop(runDir, { by: "ada", force: false });
    await untilState(runDir, "stopped");
    const at = Object.fromEntries(eventsOf(runDir, "runner", "stop").map(({ stage, timeMs }) => [stage, timeMs]));
    expect(at["sigterm"]! - at["asked"]!).toBeLessThan(1000);
    expect(at["sigkill"]! - at["sigterm"]!).toBeGreaterThan(1400);
  });

  test("that has asked whether to stop is not signalled while it saves", async () => {
    const { runDir } = await start(
      `echo '{"t":"stop-aware"}' >> "$TUNING_FORK_EVENTS"; trap 'echo signalled' TERM; while [ ! -e "$TUNING_FORK_RUN_DIR/stop-requested" ]; do sleep 0.1; done; sleep 1; echo saved`,
    );
    await until("its word", () => [...readJournal(runDir, "events")].length > 0);
    launcher.stop(runDir, { by: "ada", force: false });
    await untilState(runDir, "stopped");
    expect(readFileSync(runFile(runDir, "output"), "utf8")).toBe("saved\n");
    expect(readHistory(runDir).cause).toBe("Stopped by ada.");
  });

  test("with nothing to say is not stalled; one that fell silent is", async () => {
    const env = { TUNING_FORK_STALL_MS: "300" };
    const { runDir } = await start("sleep 1.5", {}, {}, env);
    await untilState(runDir, "finished");
    expect(eventsOf(runDir, "runner", "state").map(({ state }) => state)).toEqual(["preparing", "running", "finished"]);
    const { runDir: other } = await start("echo hello; sleep 1.5", {}, {}, env);
    await untilState(other, "stalled");
    await untilState(other, "finished");
  });

  test("with a pattern that takes for ever runs on, watched over; the reading is given up with a word", async () => {
    const { runDir } = await start(`echo ${"a".repeat(60)}!; sleep 2; echo done`, {
      patterns: ["^(?<m>(?:a+)+)$"],
      patternsFirst: true,
    });
    await untilState(runDir, "finished");
    expect(eventsOf(runDir, "runner", "alert")).toMatchObject([{ code: "pattern-slow", level: "warning" }]);
  });
});

test("a hundred thousand lines of the Python logger are read without a damaged one", async () => {
  const text = [
    "import sys",
    `sys.path.insert(0, ${JSON.stringify(join(root, "python"))})`,
    "import tuning_fork",
    "for step in range(1, 100001):",
    '    tuning_fork.log({"train/loss": 1 / step, "train/learning_rate": 1e-5 / step, "größe": float("nan")}, step=step)',
  ].join("\n");
  const { runDir } = makeFakeRun(store());
  const env = { ...process.env, TUNING_FORK_EVENTS: runFile(runDir, "events"), TUNING_FORK_RUN_ID: "R" };
  execFileSync("python3", ["-c", text], { env });
  let expected = 1;
  for (const event of readJournal(runDir, "events")) {
    if (event.t === "journal") continue;
    if (event.t !== "metrics") throw new Error(`an unexpected ${event.t}`);
    const { "train/loss": loss, "train/learning_rate": rate, größe } = event.values;
    const isRight = event.step === expected && loss === 1 / expected && rate === 1e-5 / expected && Number.isNaN(größe);
    if (!isRight) throw new Error(`step ${expected} came as ${event.step} with ${JSON.stringify(event.values)}`);
    expected++;
  }
  expect(expected).toBe(100_001);
  // As this program would have written them, so that a packed journal stores them by columns.
  const lines = readFileSync(runFile(runDir, "events"), "utf8").split("\n").slice(1, -1);
  for (const line of lines)
    if (JSON.stringify(JSON.parse(line)) !== line) throw new Error(`not as JavaScript: ${line}`);
});
