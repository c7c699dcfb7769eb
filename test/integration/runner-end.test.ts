import { existsSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { setLanguage } from "../../src/base/l10n.ts";
import { LocalLauncher } from "../../src/launch/local.ts";
import { readHistory } from "../../src/runner/history.ts";
import { runFile } from "../../src/runs/layout.ts";
import type { LaunchPlan, RunState } from "../../src/runs/model.ts";
import { makeFakeRun, writePlan, type FakeTraining } from "../support/fake-trainer.ts";
import { eventsOf, freshStores, until, untilState } from "../support/processes.ts";

const store = freshStores();
const launcher = new LocalLauncher();
const states = (runDir: string) => eventsOf(runDir, "runner", "state").map(({ state }) => state);

async function run(training: FakeTraining, end: RunState, plan: Partial<LaunchPlan> = {}) {
  const { runDir } = makeFakeRun(store(), training, plan);
  await launcher.submit(runDir, process.env);
  await untilState(runDir, end);
  return { runDir, ...readHistory(runDir) };
}

describe("how a run ends", () => {
  test("finished: every state on the way is on record, with the trainer's exit code", async () => {
    const { runDir, ...history } = await run({ steps: 30, stepMs: 10 }, "finished");
    expect(states(runDir)).toEqual(["preparing", "running", "finished"]);
    expect(history).toMatchObject({ cause: "", exit: { code: 0, signal: null, unknown: false }, segment: 1 });
    expect(eventsOf(runDir, "events", "metrics")).toHaveLength(30);
  });

  test("failed with the trainer's own reason", async () => {
    const { cause, exit } = await run({ failAt: 2 }, "failed");
    expect(cause).toBe("Row 7 of data.csv has no label; give it one.");
    expect(exit).toMatchObject({ code: 1, signal: null });
  });

  test("failed with an exit code and no last word: the cause quotes the last output", async () => {
    const { cause, exit } = await run({ exitAt: 3, exitCode: 7 }, "failed");
    expect(cause).toBe("The trainer exited with code 7 and no reason. Its last output: step 3");
    expect(exit).toMatchObject({ code: 7 });
  });

  test("crashed by a signal", async () => {
    const { cause, exit } = await run({ crashAt: 2, signal: "SIGSEGV" }, "crashed");
    expect(cause).toBe("The trainer was ended by SIGSEGV (a fault in native code).");
    expect(exit).toMatchObject({ code: null, signal: "SIGSEGV", unknown: false });
  });

  test("crashed by a SIGKILL that nobody of us sent, before its first event", async () => {
    const { runDir, cause } = await run({ crashAt: "start" }, "crashed");
    expect(cause).toBe("The trainer was killed by SIGKILL from outside; out of memory is the usual cause.");
    expect(states(runDir)).toEqual(["preparing", "crashed"]);
  });

  test.each([
    { where: "in its group", apart: false },
    { where: "in sessions of their own", apart: true },
  ])("what the trainer leaves behind $where is ended too, each step on record", async ({ apart }) => {
    const { runDir } = await run({ children: 2, apart }, "finished");
    const stops = eventsOf(runDir, "runner", "stop");
    expect(stops.map(({ stage }) => stage)).toEqual(["sigterm", "verified"]);
    expect(stops[0]?.pids).toHaveLength(2);
    expect(stops[1]?.pids).toEqual([]);
  });

  test("a trainer that cannot be started fails the run with the reason", async () => {
    const { cause } = await run({}, "failed", { command: ["/nowhere/python", "train.py"] });
    expect(cause).toBe("The trainer's program /nowhere/python is not there or may not be run.");
  });

  test("the journals of a finished run are compressed and stay readable", async () => {
    const { runDir } = await run({ steps: 4 }, "finished");
    await until("compressed journals", () => existsSync(runFile(runDir, "runnerCompressed")));
    await until("the lock to be free", () => !existsSync(runFile(runDir, "runnerLock")));
    expect(existsSync(runFile(runDir, "events"))).toBe(false);
    expect(eventsOf(runDir, "events", "metrics")).toHaveLength(4);
    expect(readHistory(runDir).state).toBe("finished");
  });
});

describe("segments", () => {
  test("a resume goes on in the same journals while the last runner is busy with them", async () => {
    const { runDir } = await run({ steps: 3 }, "finished");
    writePlan(
      runDir,
      { steps: 6, printEnv: ["TUNING_FORK_RESUME_FROM"] },
      { segment: 2, fromStep: 3, resumeFrom: "/ckpt/step-3" },
    );
    await launcher.submit(runDir, process.env);
    await until(
      "segment 2 to finish",
      () => readHistory(runDir).segment === 2 && readHistory(runDir).state === "finished",
    );
    expect(states(runDir)).toEqual(["preparing", "running", "finished", "preparing", "running", "finished"]);
    expect(eventsOf(runDir, "events", "metrics").map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(readFileSync(runFile(runDir, "output"), "utf8")).toContain("TUNING_FORK_RESUME_FROM=/ckpt/step-3");
  });

  test("a last word of an earlier segment is not taken for this one's", async () => {
    const { runDir } = await run({ steps: 3 }, "finished");
    writePlan(runDir, { crashAt: "start" }, { segment: 2, fromStep: 3, resumeFrom: "/ckpt" });
    await launcher.submit(runDir, process.env);
    await until("segment 2 to crash", () => readHistory(runDir).state === "crashed");
  });

  test("the same segment is not started twice", async () => {
    const { runDir } = await run({ steps: 3 }, "finished");
    await until("the lock to be free", () => !existsSync(runFile(runDir, "runnerLock")));
    await expect(launcher.submit(runDir, process.env)).rejects.toThrow("has been started before");
    expect(eventsOf(runDir, "runner", "runner")).toHaveLength(1);
    expect(readHistory(runDir).state).toBe("finished");
  });
});

describe("a runner that cannot start", () => {
  test("its own first line of error reaches whoever submits, and the run is failed", async () => {
    const { runDir } = makeFakeRun(store());
    rmSync(runFile(runDir, "manifest"));
    await expect(launcher.submit(runDir, process.env)).rejects.toThrow("lacks its run.json or launch.json");
  });

  test("a run whose runner never came is failed, not waiting", async () => {
    const { runDir } = makeFakeRun(store(), {}, { codeDir: "/nowhere" });
    const broken = { ...process.env, NODE_OPTIONS: "--require=/nowhere/missing.cjs" };
    await expect(launcher.submit(runDir, broken)).rejects.toThrow("The run's runner could not start");
    expect(states(runDir)).toEqual(["preparing", "failed"]);
  });

  test("its failure is recorded in English, whatever language it is told in", async () => {
    const { runDir } = makeFakeRun(store(), {}, { codeDir: "/nowhere" });
    const broken = { ...process.env, NODE_OPTIONS: "--require=/nowhere/missing.cjs" };
    setLanguage("xx", { "The run's runner could not start: {0}": "¿{0}?" });
    try {
      await expect(launcher.submit(runDir, broken)).rejects.toThrow("¿");
    } finally {
      setLanguage("en", {});
    }
    expect(readHistory(runDir).cause).toMatch(/^The run's runner could not start: \S/);
  });

  test("a resume whose runner never came fails the run and keeps all that its packed journals say", async () => {
    const { runDir } = await run({ steps: 3 }, "finished");
    await until("compressed journals", () => existsSync(runFile(runDir, "runnerCompressed")));
    await until("the lock to be free", () => !existsSync(runFile(runDir, "runnerLock")));
    writePlan(runDir, {}, { segment: 2, fromStep: 3, resumeFrom: "/ckpt/step-3" });
    const broken = { ...process.env, NODE_OPTIONS: "--require=/nowhere/missing.cjs" };
    await expect(launcher.submit(runDir, broken)).rejects.toThrow("The run's runner could not start");
    expect(states(runDir)).toEqual(["preparing", "running", "finished", "preparing", "failed"]);
    expect(eventsOf(runDir, "events", "metrics")).toHaveLength(3);
  });

  test("a folder without a launch plan is refused", async () => {
    const { runDir } = makeFakeRun(store());
    rmSync(runFile(runDir, "launch"));
    await expect(launcher.submit(runDir, process.env)).rejects.toThrow("lacks its launch.json");
  });
});
