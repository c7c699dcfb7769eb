import { spawn } from "node:child_process";
import { cpSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { copyCode } from "../../src/launch/code-copy.ts";
import { LocalLauncher } from "../../src/launch/local.ts";
import { readHistory } from "../../src/runner/history.ts";
import { runFile } from "../../src/runs/layout.ts";
import { bundle } from "../support/bundle.ts";
import { makeFakeRun } from "../support/fake-trainer.ts";
import { eventsOf, freshStores, kill, stateOf, trainerPid, until, untilState } from "../support/processes.ts";

const store = freshStores();
const launcher = new LocalLauncher();
const DIST = resolve(import.meta.dirname, "../../dist");

/** Session and process group of a process. */
function sessionOf(pid: number): { session: number; group: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [, , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { session: Number(session), group: Number(group) };
}

describe("a detached run", () => {
  test.skipIf(process.platform !== "linux")(
    "runner and trainer each lead a session and group of their own",
    async () => {
      const { runDir } = makeFakeRun(store(), { steps: 100, stepMs: 10 });
      const { runnerPid } = await launcher.submit(runDir, process.env);
      const trainer = await trainerPid(runDir);
      expect(sessionOf(runnerPid)).toEqual({ session: runnerPid, group: runnerPid });
      expect(sessionOf(trainer)).toEqual({ session: trainer, group: trainer });
      await untilState(runDir, "finished");
    },
  );

  test("its starter may die at once", async () => {
    const root = store();
    const { runDir } = makeFakeRun(root, { steps: 20 });
    const starter = spawn(process.execPath, [await bundle("starter.ts", root), runDir], { stdio: "ignore" });
    const signal = await new Promise((done) => starter.once("exit", (_code, by) => done(by)));
    expect(signal).toBe("SIGKILL");
    await untilState(runDir, "finished");
  });

  test("a sleeping runner blocks neither training nor its output", async () => {
    const { runDir } = makeFakeRun(store(), { steps: 60, stepMs: 10 });
    const { runnerPid } = await launcher.submit(runDir, process.env);
    await until("the first output", () => statSync(runFile(runDir, "output")).size > 0);
    kill(runnerPid, "SIGSTOP");
    await until("the trainer's last output", () =>
      readFileSync(runFile(runDir, "output"), "utf8").includes("step 60\n"),
    );
    expect(eventsOf(runDir, "events", "end")).toHaveLength(1);
    expect(stateOf(runDir)).not.toBe("finished");
    kill(runnerPid, "SIGCONT");
    await untilState(runDir, "finished");
    expect(eventsOf(runDir, "runner", "output").at(-1)?.offset).toBe(statSync(runFile(runDir, "output")).size);
  });

  test("removing or replacing the product under a live run changes nothing", async () => {
    const root = store();
    const product = join(root, "product");
    cpSync(DIST, product, { recursive: true, filter: (path) => !path.includes("node_modules") });
    const codeDir = await copyCode(root, product);
    const { runDir } = makeFakeRun(root, { steps: 80, stepMs: 10 }, { codeDir });
    const { runnerPid } = await launcher.submit(runDir, process.env);
    await untilState(runDir, "running");
    rmSync(product, { recursive: true });
    kill(runnerPid, "SIGKILL");
    await until("the runner's death", () => launcher.status(runDir).runner === "dead");
    await launcher.adopt(runDir);
    await untilState(runDir, "finished");
  });

  test("an adopter finds another copy when the run's own was removed", async () => {
    const root = store();
    const codeDir = await copyCode(root, DIST);
    const { runDir } = makeFakeRun(root, { steps: 80, stepMs: 10 }, { codeDir });
    const { runnerPid } = await launcher.submit(runDir, process.env);
    await untilState(runDir, "running");
    kill(runnerPid, "SIGKILL");
    await until("the runner's death", () => launcher.status(runDir).runner === "dead");
    renameSync(codeDir, `${codeDir}.gone`);
    await launcher.adopt(runDir);
    await untilState(runDir, "finished");
    expect(readHistory(runDir).exit).toMatchObject({ code: null, unknown: true });
  });
});

describe("stall", () => {
  test("silence makes a run stalled, and the next sign of life running again", async () => {
    const { runDir } = makeFakeRun(store(), { steps: 10, stepMs: 20, silentAt: 4, silentMs: 1500 });
    await launcher.submit(runDir, { ...process.env, TUNING_FORK_STALL_MS: "400" });
    await untilState(runDir, "finished");
    const states = eventsOf(runDir, "runner", "state");
    expect(states.map(({ state }) => state)).toEqual(["preparing", "running", "stalled", "running", "finished"]);
    expect(states[2]?.cause).toBe("No event and no output for much longer than before.");
  });
});
