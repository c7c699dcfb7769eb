import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askProgram } from "../../../src/base/ask-program.ts";
import { sleep } from "../../../src/base/clock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-ask-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = process.env;
const sh = (script: string, timeoutMs = 20_000, signal?: AbortSignal) =>
  askProgram("/bin/sh", ["-c", script], { env, timeoutMs, signal });

test("an answer comes with what was printed and how it ended", async () => {
  expect(await sh("echo out; echo err >&2")).toEqual({ how: "done", stdout: "out\n", stderr: "err\n", code: 0 });
  expect(await sh("echo no >&2; exit 9")).toMatchObject({ how: "failed", stderr: "no\n", code: 9 });
  expect(await sh("kill -TERM $$")).toMatchObject({ how: "failed", code: "SIGTERM" });
});

test("a program that is not there, or is none, is an answer as well", async () => {
  expect(await askProgram(join(folder, "none"), [], { env, timeoutMs: 1000 })).toMatchObject({ how: "missing" });
  writeFileSync(join(folder, "text"), "no program");
  expect(await askProgram(join(folder, "text"), [], { env, timeoutMs: 1000 })).toMatchObject({ how: "failed" });
  expect(await askProgram("a\0b", [], { env, timeoutMs: 1000 })).toMatchObject({ how: "failed" });
});

/** Starts something that outlives its parent and says its process id in a file. */
const hanging = (): { script: string; left: () => Promise<boolean> } => {
  const file = join(folder, "pid");
  return {
    script: `sleep 600 & echo $! > ${file}; wait`,
    async left() {
      const pid = Number(readFileSync(file, "utf8"));
      for (let tries = 0; tries < 100; tries++) {
        if (!isRunning(pid)) return false;
        await sleep(20);
      }
      return true;
    },
  };
};

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Killed, but not yet collected by whoever adopted it.
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z/.test(readFileSync(stat, "utf8"));
}

test("one that hangs is ended with all that it started", async () => {
  const { script, left } = hanging();
  expect(await sh(script, 500)).toMatchObject({ how: "slow", code: null });
  expect(await left()).toBe(false);
});

test("one that is not waited for any more is ended", async () => {
  const { script, left } = hanging();
  const stop = new AbortController();
  const answer = sh(script, 20_000, stop.signal);
  while (!existsSync(join(folder, "pid"))) await sleep(10);
  await sleep(50);
  stop.abort(new Error("not wanted"));
  await expect(answer).rejects.toThrow("not wanted");
  expect(await left()).toBe(false);
  await expect(sh("echo", 1000, stop.signal)).rejects.toThrow("not wanted");
});

test("a flood is cut", async () => {
  const { how, stdout } = await sh("head -c 20000000 /dev/zero | tr '\\0' x");
  expect(how).toBe("done");
  expect(stdout.length).toBeLessThan(5_000_000);
});
