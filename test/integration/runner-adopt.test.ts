import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readJson, writeJsonAtomic } from "../../src/base/files.ts";
import { identify, identifySelf, type ProcessIdentity } from "../../src/base/identity.ts";
import { LocalLauncher } from "../../src/launch/local.ts";
import { readHistory } from "../../src/runner/history.ts";
import type { RunnerLock } from "../../src/runner/lock.ts";
import { runFile } from "../../src/runs/layout.ts";
import type { RunManifest } from "../../src/runs/model.ts";
import { judge } from "../../src/runs/judge.ts";
import { reconcile } from "../../src/runs/reconcile.ts";
import { makeFakeRun, type FakeTraining } from "../support/fake-trainer.ts";
import { eventsOf, freshStores, kill, stateOf, trainerPid, until, untilState } from "../support/processes.ts";

const store = freshStores();
const launcher = new LocalLauncher();
const RUNNER = resolve(import.meta.dirname, "../../dist/runner.cjs");

async function start(training: FakeTraining) {
  const root = store();
  const { id, runDir } = makeFakeRun(root, training);
  const { runnerPid } = await launcher.submit(runDir, process.env);
  await untilState(runDir, "running");
  return { root, id, runDir, runnerPid, trainer: await trainerPid(runDir) };
}

async function killRunner(runDir: string, runnerPid: number): Promise<void> {
  kill(runnerPid, "SIGKILL");
  await until("the runner's death", () => launcher.status(runDir).runner === "dead");
}

/** A process that is surely gone, as its identity was. */
async function deadIdentity(): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, ["-e", "setTimeout(()=>{},60000)"], { stdio: "ignore" });
  const identity = identify(child.pid as number) as ProcessIdentity;
  child.kill("SIGKILL");
  await new Promise((done) => child.once("exit", done));
  return identity;
}

describe("a killed runner", () => {
  test("is replaced: the run goes on to its end, whose exit code is said to be unknown", async () => {
    const { root, id, runDir, runnerPid, trainer } = await start({ steps: 100, stepMs: 15 });
    await killRunner(runDir, runnerPid);
    expect(launcher.status(runDir)).toMatchObject({ runner: "dead", trainer: "alive", trainerPid: trainer });
    expect(await reconcile(root, launcher, { open: [id] })).toEqual({ adopted: [id], finalised: [], failed: [] });
    expect(launcher.status(runDir)).toMatchObject({ runner: "alive", trainer: "alive" });
    await untilState(runDir, "finished");
    expect(readHistory(runDir)).toMatchObject({
      cause: "",
      segment: 1,
      exit: { code: null, signal: null, unknown: true },
    });
    expect(eventsOf(runDir, "runner", "runner").map(({ adopted }) => adopted)).toEqual([false, true]);
    expect(eventsOf(runDir, "events", "metrics")).toHaveLength(100);
  });

  test("is replaced again and again under a trainer that logs without a pause, and no line is lost", async () => {
    const { root, id, runDir, runnerPid } = await start({ steps: 1e9, stepMs: 0 });
    let pid = runnerPid;
    for (let round = 0; round < 4; round++) {
      await killRunner(runDir, pid);
      await reconcile(root, launcher, { open: [id] });
      await until("its record", () => eventsOf(runDir, "runner", "runner").length === round + 2);
      pid = launcher.status(runDir).runnerPid ?? 0;
    }
    launcher.stop(runDir, { by: "ada", force: false });
    await untilState(runDir, "stopped");
    const steps = eventsOf(runDir, "events", "metrics").map(({ step }) => step);
    expect(steps.length).toBeGreaterThan(100);
    expect(steps).toEqual(Array.from({ length: steps.length }, (_, index) => index + 1));
  });

  test("its replacement honours a stop asked for while nobody was there", async () => {
    const { root, id, runDir, runnerPid } = await start({ steps: 100_000, stepMs: 10 });
    await killRunner(runDir, runnerPid);
    launcher.stop(runDir, { by: "ada", force: false });
    await reconcile(root, launcher, { open: [id] });
    await untilState(runDir, "stopped");
    expect(readHistory(runDir).cause).toMatch(/^Stopped by ada at step \d+\.$/);
  });

  test("several adopters at once: exactly one becomes the runner", async () => {
    const { runDir, runnerPid } = await start({ steps: 150, stepMs: 15 });
    await killRunner(runDir, runnerPid);
    const codes = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, [RUNNER, runDir, "--adopt"], { stdio: "ignore" });
      return new Promise<number | null>((done) => child.once("exit", done));
    });
    expect((await Promise.all(codes)).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 3, 3, 3, 3, 3]);
    expect(stateOf(runDir)).toBe("finished");
    expect(eventsOf(runDir, "runner", "runner")).toHaveLength(2);
    expect(eventsOf(runDir, "runner", "exit")).toHaveLength(1);
    expect(readdirSync(runDir).filter((name) => name.startsWith("runner.lock"))).toEqual([]);
  });

  test("two processes that reconcile at once give one adoption", async () => {
    const { root, id, runDir, runnerPid } = await start({ steps: 100, stepMs: 15 });
    await killRunner(runDir, runnerPid);
    const both = await Promise.all([1, 2].map(() => reconcile(root, launcher, { open: [id] })));
    expect(both.flatMap(({ adopted }) => adopted)).toEqual([id]);
    await untilState(runDir, "finished");
    expect(eventsOf(runDir, "runner", "runner")).toHaveLength(2);
  });

  test("with its trainer: crashed, and grandchildren of the dead trainer are ended", async () => {
    const { root, id, runDir, runnerPid, trainer } = await start({ steps: 100_000, stepMs: 10, children: 2 });
    kill(trainer, "SIGSTOP");
    await killRunner(runDir, runnerPid);
    kill(trainer, "SIGKILL");
    await until("the trainer's death", () => launcher.status(runDir).trainer === "dead");
    expect(await reconcile(root, launcher, { open: [id] })).toEqual({ adopted: [], finalised: [id], failed: [] });
    expect(readHistory(runDir)).toMatchObject({
      state: "crashed",
      cause: "Killed together with its runner, so nobody saw how.",
      exit: { unknown: true },
    });
    expect(eventsOf(runDir, "runner", "stop").find(({ stage }) => stage === "sigterm")?.pids).toHaveLength(2);
    expect(existsSync(runFile(runDir, "runnerLock"))).toBe(false);
  });

  test("a trainer that ended meanwhile has the last word", async () => {
    const { root, id, runDir, runnerPid } = await start({ steps: 40, stepMs: 10 });
    await killRunner(runDir, runnerPid);
    await until("the trainer's end", () => launcher.status(runDir).trainer === "dead");
    await reconcile(root, launcher, { open: [id] });
    expect(readHistory(runDir)).toMatchObject({ state: "finished", cause: "", exit: { unknown: true } });
  });
});

describe("a run nobody stands behind", () => {
  test("never started: failed with its reason once its starter is gone, left alone before", async () => {
    const root = store();
    const { id, runDir } = makeFakeRun(root);
    const open = { open: [id] };
    expect(await reconcile(root, launcher, open)).toEqual({ adopted: [], finalised: [], failed: [] });
    const manifest = readJson<RunManifest>(runFile(runDir, "manifest")) as RunManifest;
    const starter = await deadIdentity();
    writeJsonAtomic(runFile(runDir, "manifest"), { ...manifest, starter });
    expect((await reconcile(root, launcher, open)).finalised).toEqual([id]);
    expect(readHistory(runDir)).toMatchObject({
      state: "failed",
      cause: `The process that made the run (pid ${starter.pid}) ended before a runner was started.`,
    });
    expect((await reconcile(root, launcher, open)).finalised).toEqual([]);
  });

  test("of an earlier boot: crashed, because the machine was restarted", async () => {
    const { root, id, runDir } = await elsewhere({ bootId: "another-boot" });
    expect((await reconcile(root, launcher, { open: [id] })).finalised).toEqual([id]);
    expect(readHistory(runDir)).toMatchObject({ state: "crashed", cause: "The machine was restarted while it ran." });
  });
});

describe("a run of another host or container", () => {
  const HOST = { host: "gpu-7", bootId: "its-boot" };

  test("is judged by its heartbeat, and the answer says so", async () => {
    const { runDir } = await elsewhere(HOST);
    const lastMs = Date.now();
    expect(judge(runDir, lastMs + 20_000)).toMatchObject({ state: null });
    expect(judge(runDir, lastMs + 20_000)?.cause).toMatch(
      /^Runs on the host gpu-7; judged by its heartbeat, which came \d+ s ago\.$/,
    );
    const lost = judge(runDir, lastMs + 90_000);
    expect(lost?.state).toBe("lost");
    expect(lost?.cause).toMatch(
      /^Judged by its heartbeat: the last sign of life from the host gpu-7 came 9\d s ago\.$/,
    );
  });

  test("of another pid namespace of this machine: the same pid here means nothing", async () => {
    const { runDir } = await elsewhere({ pidNamespace: "pid:[1]", host: "devbox" });
    expect(judge(runDir)?.cause).toContain("another container (devbox) of this machine");
  });

  test("its files are not touched", async () => {
    const { root, id, runDir } = await elsewhere(HOST);
    const before = [...eventsOf(runDir, "runner", "state")];
    const nowMs = Date.now() + 3_600_000;
    expect(await reconcile(root, launcher, { open: [id], nowMs })).toEqual({ adopted: [], finalised: [], failed: [] });
    expect(eventsOf(runDir, "runner", "state")).toEqual(before);
    expect(readJson<RunnerLock>(runFile(runDir, "runnerLock"))?.owner.host).toBe("gpu-7");
  });
});

/** A run as its files look when it was started somewhere else: real files of a live run, with other identities. */
async function elsewhere(difference: Partial<ProcessIdentity>) {
  const { root, id, runDir, runnerPid, trainer } = await start({ steps: 100_000, stepMs: 10 });
  kill(runnerPid, "SIGKILL");
  kill(trainer, "SIGKILL");
  await until("their death", () => launcher.status(runDir).trainer === "dead");
  const lock = readJson<RunnerLock>(runFile(runDir, "runnerLock")) as RunnerLock;
  const there = { ...identifySelf(), ...difference };
  writeJsonAtomic(runFile(runDir, "runnerLock"), { ...lock, owner: there, trainer: { ...there, pid: trainer } });
  return { root, id, runDir };
}
