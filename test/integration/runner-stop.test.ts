import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { LocalLauncher } from "../../src/launch/local.ts";
import { readHistory } from "../../src/runner/history.ts";
import { runFile } from "../../src/runs/layout.ts";
import type { LaunchPlan } from "../../src/runs/model.ts";
import { makeFakeRun, type FakeTraining } from "../support/fake-trainer.ts";
import { eventsOf, freshStores, kill, processesNaming, stateOf, until, untilState } from "../support/processes.ts";

const store = freshStores();
const launcher = new LocalLauncher();
const LONG: FakeTraining = { steps: 100_000, stepMs: 10 };

async function start(training: FakeTraining, plan: Partial<LaunchPlan> = {}) {
  const { id, runDir } = makeFakeRun(store(), { ...LONG, ...training }, plan);
  const { runnerPid } = await launcher.submit(runDir, process.env);
  await untilState(runDir, "running");
  return { id, runDir, runnerPid };
}

const stages = (runDir: string) => eventsOf(runDir, "runner", "stop").map(({ stage }) => stage);

describe("stop", () => {
  test("a trainer that listens saves a checkpoint and is stopped, by whom", async () => {
    const { runDir } = await start({});
    launcher.stop(runDir, { by: "cli, user ada", force: false });
    await untilState(runDir, "stopping", "stopped");
    await untilState(runDir, "stopped");
    const { cause, exit } = readHistory(runDir);
    const [checkpoint] = eventsOf(runDir, "events", "checkpoint");
    expect(cause).toBe(`Stopped by cli, user ada at step ${checkpoint?.step}.`);
    expect(exit).toMatchObject({ code: 0 });
    expect(stages(runDir)).toEqual(["asked", "verified"]);
    expect(eventsOf(runDir, "runner", "state").at(-1)?.by).toBe("cli, user ada");
  });

  test("one that does not listen gets SIGTERM after its grace period", async () => {
    const { runDir } = await start({ onStop: "ignore", onSigterm: "die" }, { gracePeriodMs: 300 });
    launcher.stop(runDir, { by: "ada", force: false });
    await untilState(runDir, "stopped");
    expect(stages(runDir)).toEqual(["asked", "sigterm", "verified"]);
    expect(readHistory(runDir)).toMatchObject({
      cause: "Stopped by ada; the trainer was ended by SIGTERM.",
      exit: { signal: "SIGTERM" },
    });
  });

  test.each([
    { where: "in its group", apart: false },
    { where: "in sessions of their own", apart: true },
  ])("one that ignores SIGTERM is killed with all its grandchildren $where, and none survives", async ({ apart }) => {
    const training = { onStop: "ignore", onSigterm: "ignore", children: 3, apart } as const;
    const { id, runDir } = await start(training, { gracePeriodMs: 100 });
    launcher.stop(runDir, { by: "ada", force: false });
    await untilState(runDir, "stopped");
    expect(stages(runDir)).toEqual(["asked", "sigterm", "sigkill", "verified"]);
    const stops = eventsOf(runDir, "runner", "stop");
    expect(stops.find(({ stage }) => stage === "sigkill")?.pids).toHaveLength(4);
    expect(stops.at(-1)?.pids).toEqual([]);
    expect(readHistory(runDir).cause).toBe(
      "Stopped by ada; the trainer did not end by itself and was ended by SIGKILL.",
    );
    await until("the runner to leave", () => processesNaming(id).length === 0);
  });

  test("by force there is no grace period", async () => {
    const { runDir } = await start({ onStop: "ignore", onSigterm: "ignore" }, { gracePeriodMs: 3_600_000 });
    launcher.stop(runDir, { by: "ada", force: true });
    await untilState(runDir, "stopped");
    expect(stages(runDir)).toEqual(["asked", "sigterm", "sigkill", "verified"]);
  });

  test("force hurries a stop that waits", async () => {
    const { runDir } = await start({ onStop: "ignore", onSigterm: "die" }, { gracePeriodMs: 3_600_000 });
    launcher.stop(runDir, { by: "ada", force: false });
    await untilState(runDir, "stopping");
    launcher.stop(runDir, { by: "bob", force: true });
    await untilState(runDir, "stopped");
    expect(stages(runDir)).toEqual(["asked", "sigterm", "verified"]);
  });

  test("SIGTERM to the runner, as at a shutdown, stops the run in order; SIGHUP does nothing", async () => {
    const { runDir, runnerPid } = await start({});
    kill(runnerPid, "SIGHUP");
    kill(runnerPid, "SIGTERM");
    await untilState(runDir, "stopped");
    expect(readHistory(runDir).cause).toMatch(/^Stopped by SIGTERM to the runner at step \d+\.$/);
    expect(eventsOf(runDir, "events", "checkpoint")).toHaveLength(1);
  });

  test("a runner killed during a stop: the next one carries it through", async () => {
    const { runDir, runnerPid } = await start(
      { onStop: "ignore", onSigterm: "ignore", children: 1 },
      { gracePeriodMs: 1000 },
    );
    launcher.stop(runDir, { by: "ada", force: false });
    await untilState(runDir, "stopping");
    kill(runnerPid, "SIGKILL");
    await until("the runner's death", () => launcher.status(runDir).runner === "dead");
    expect(stateOf(runDir)).toBe("stopping");
    await launcher.adopt(runDir);
    await untilState(runDir, "stopped");
    expect(stages(runDir)).toEqual(["asked", "sigterm", "sigkill", "verified"]);
    expect(readHistory(runDir).exit).toMatchObject({ unknown: true });
  });

  test("a stop of an earlier segment is not read again", async () => {
    const { runDir } = await start({});
    expect(existsSync(runFile(runDir, "stopRequest"))).toBe(false);
    launcher.stop(runDir, { by: "ada", force: false });
    await untilState(runDir, "stopped");
    expect(existsSync(runFile(runDir, "stopRequest"))).toBe(true);
    const { writePlan } = await import("../support/fake-trainer.ts");
    writePlan(
      runDir,
      { steps: 100_000, stepMs: 1, exitAt: 20_000, exitCode: 0 },
      { segment: 2, fromStep: 19_990, resumeFrom: "/c" },
    );
    await launcher.submit(runDir, process.env);
    await until(
      "segment 2 to end by itself",
      () => readHistory(runDir).segment === 2 && stateOf(runDir) === "finished",
    );
    expect(stages(runDir)).toEqual(["asked", "verified"]);
  });
});
