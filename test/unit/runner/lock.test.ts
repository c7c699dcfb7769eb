import { createHash } from "node:crypto";
import { fork, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { identify, identifySelf, type ProcessIdentity } from "../../../src/base/identity.ts";
import { readJson, writeJsonAtomic } from "../../../src/base/files.ts";
import { readLock, takeLock, type HeldLock, type RunnerLock } from "../../../src/runner/lock.ts";
import { runFile } from "../../../src/runs/layout.ts";
import { until } from "../../support/processes.ts";

let runDir: string;
let sleeper: ChildProcess | undefined;
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), "tuning-fork-lock-"));
});
afterEach(() => {
  sleeper?.kill("SIGKILL");
  rmSync(runDir, { recursive: true });
});

const lockFiles = () => readdirSync(runDir).filter((name) => name.startsWith("runner.lock"));
const dead = (): ProcessIdentity => ({ ...identifySelf(), startTime: "long ago" });
const leave = (owner: ProcessIdentity, change: Partial<RunnerLock> = {}) =>
  writeJsonAtomic(runFile(runDir, "runnerLock"), { owner, segment: 2, trainer: null, eventsFrom: 77, ...change });

async function taken(takeUnknown = false): Promise<HeldLock> {
  const attempt = await takeLock(runDir, takeUnknown);
  if (!("lock" in attempt)) throw new Error(`held by ${JSON.stringify(attempt.heldBy)}`);
  return attempt.lock;
}

describe("the runner's lock", () => {
  test("is taken from nobody, held against everybody, and free after its release", async () => {
    const lock = await taken();
    expect(readLock(runDir)?.owner).toEqual(identifySelf());
    expect(await takeLock(runDir)).toMatchObject({ liveness: "alive" });
    lock.release();
    expect(readLock(runDir)).toBeUndefined();
    (await taken()).release();
    expect(lockFiles()).toEqual([]);
  });

  test("is held by another live process", async () => {
    sleeper = spawn(process.execPath, ["-e", "setTimeout(()=>{},60000)"], { stdio: "ignore" });
    const owner = identify(sleeper.pid as number) as ProcessIdentity;
    leave(owner);
    expect(await takeLock(runDir, true)).toEqual({
      heldBy: { owner, segment: 2, trainer: null, eventsFrom: 77 },
      liveness: "alive",
    });
  });

  test("is taken over from a dead owner with what that one knew", async () => {
    const trainer = { ...identifySelf(), pid: 7 };
    leave(dead(), { trainer });
    const lock = await taken();
    expect(lock.previous).toMatchObject({ owner: dead(), trainer });
    expect(readLock(runDir)).toEqual({ owner: identifySelf(), segment: 2, trainer, eventsFrom: 77 });
    expect(lockFiles()).toEqual(["runner.lock"]);
  });

  test("a chain of owners that each died while taking over is followed to its end", async () => {
    leave(dead());
    const second = { ...dead(), startTime: "a while ago" };
    // What a process leaves that is killed between claiming the succession and taking the head.
    const claimed = successorOf(dead());
    writeJsonAtomic(claimed, { owner: second, segment: 2, trainer: null, eventsFrom: 77 });
    expect(readLock(runDir)?.owner).toEqual(second);
    const lock = await taken();
    expect(lock.previous?.owner).toEqual(second);
    expect(lockFiles()).toEqual(["runner.lock"]);
  });

  test("readers never see the dead owner again once a successor has taken the head", async () => {
    const script = join(runDir, "reader.cjs");
    // A reader in a process of its own, looking as fast as it can while the lock changes hands.
    await build({
      stdin: {
        contents: `import { readLock } from "./lock.ts";
          const seen = new Set(), until = Date.now() + 1500;
          process.send("ready");
          while (Date.now() < until) seen.add(readLock(process.argv[2])?.owner.startTime ?? "none");
          process.send([...seen]);`,
        resolveDir: resolve(import.meta.dirname, "../../../src/runner"),
        loader: "ts",
      },
      outfile: script,
      bundle: true,
      platform: "node",
    });
    const live = identifySelf().startTime;
    leave(dead());
    (await taken()).update({ segment: 1, trainer: null, eventsFrom: 0 });
    const reader = fork(script, [runDir]);
    const told: unknown[] = [];
    reader.on("message", (message) => told.push(message));
    await until("the reader", () => told.length > 0);
    // The order in which a take-over ends, with the successor there or already gone.
    for (let round = 0; told.length < 2; round++) {
      const last = { ...dead(), startTime: `dead in round ${round}` };
      writeJsonAtomic(successorOf(last), { owner: identifySelf(), segment: 1, trainer: null, eventsFrom: 0 });
      leave(last);
      writeJsonAtomic(runFile(runDir, "runnerLock"), {
        owner: identifySelf(),
        segment: 1,
        trainer: null,
        eventsFrom: 0,
      });
      rmSync(successorOf(last));
      await new Promise(setImmediate);
    }
    expect(told[1]).toEqual([live]);
  });

  test("is not taken from another host, unless the caller knows better", async () => {
    leave({ ...dead(), host: "gpu-7", bootId: "its-boot" });
    expect(await takeLock(runDir)).toMatchObject({ liveness: "unknown" });
    expect((await taken(true)).record.segment).toBe(2);
  });

  test("a damaged lock (power loss) has no owner", async () => {
    const file = runFile(runDir, "runnerLock");
    writeFileSync(file, '{"owner":{"pi');
    utimesSync(file, 1, 1);
    await taken();
    expect(readJson<RunnerLock>(file)?.owner).toEqual(identifySelf());
    expect(lockFiles()).toEqual(["runner.lock"]);
  });

  test("says what its owner tells it", async () => {
    const lock = await taken();
    lock.update({ segment: 3, trainer: null, eventsFrom: 5 });
    expect(JSON.parse(readFileSync(runFile(runDir, "runnerLock"), "utf8"))).toEqual(lock.record);
  });
});

/** The file that succeeds an owner. */
function successorOf(owner: ProcessIdentity): string {
  const key = createHash("sha256").update(JSON.stringify(owner)).digest("hex").slice(0, 12);
  return `${runFile(runDir, "runnerLock")}.${key}`;
}
