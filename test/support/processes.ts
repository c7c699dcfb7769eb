import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { sleep } from "../../src/base/clock.ts";
import { identify } from "../../src/base/identity.ts";
import type { AnyEvent, RunState } from "../../src/journal/events.ts";
import { readJournal } from "../../src/journal/reader.ts";
import { readHistory } from "../../src/runner/history.ts";
import { isTerminal } from "../../src/runs/model.ts";

/** Waits until the probe gives something; fails with `what` when it does not within the time. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | null,
  timeoutMs = 30_000,
): Promise<T> {
  for (const untilMs = Date.now() + timeoutMs; Date.now() < untilMs; await sleep(15)) {
    const found = probe();
    if (found !== undefined && found !== false && found !== null) return found;
  }
  throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
}

export const stateOf = (runDir: string): RunState | undefined => readHistory(runDir).state;

/** Waits for one of the states; fails at once when the run ends in another. */
export function untilState(runDir: string, ...states: RunState[]): Promise<RunState> {
  return until(`state ${states.join(" or ")} of ${runDir}`, () => {
    const state = stateOf(runDir);
    if (state && isTerminal(state) && !states.includes(state)) {
      throw new Error(`the run ended ${state} (${readHistory(runDir).cause}), not ${states.join(" or ")}`);
    }
    return state && states.includes(state) ? state : undefined;
  });
}

/** The events of one kind in a run's journal. */
export function eventsOf<K extends AnyEvent["t"]>(
  runDir: string,
  journal: "events" | "runner",
  kind: K,
): Extract<AnyEvent, { t: K }>[] {
  return [...readJournal(runDir, journal)].filter((event): event is Extract<AnyEvent, { t: K }> => event.t === kind);
}

export const trainerPid = (runDir: string): Promise<number> =>
  until("the trainer", () => readHistory(runDir).trainer?.pid);

/** Live processes whose command line or environment names this text (a store's folder, a run's id), this one excepted. */
export function processesNaming(text: string): { pid: number; command: string }[] {
  if (process.platform !== "linux") return processesByPs(text);
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid || !identify(Number(name))) return [];
    const command = readQuietly(`/proc/${name}/cmdline`).replaceAll("\0", " ");
    const named = command.includes(text) || readQuietly(`/proc/${name}/environ`).includes(text);
    return named ? [{ pid: Number(name), command }] : [];
  });
}

function processesByPs(text: string): { pid: number; command: string }[] {
  const lines = execFileSync("ps", ["-A", "-E", "-o", "pid=,command="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && command?.includes(text) && Number(pid) !== process.pid ? [{ pid: Number(pid), command }] : [];
  });
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return ""; // it ended, or is another user's
  }
}

/**
 * Gives each test a store folder of its own. Afterwards every process of it must be gone by itself; what is left is killed
 * and the test fails.
 */
export function freshStores(): () => string {
  process.env["TUNING_FORK_COMPRESS_AFTER_MS"] = "20"; // runners inherit it
  const roots: string[] = [];
  afterEach(async () => {
    for (const root of roots.splice(0)) {
      await until("the test's processes to end", () => processesNaming(root).length === 0, 10_000).catch(
        () => undefined,
      );
      const left = processesNaming(root);
      for (const { pid } of left) kill(pid, "SIGKILL");
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
      expect(left, "processes left behind").toEqual([]);
    }
  });
  return () => {
    const root = mkdtempSync(join(tmpdir(), "tuning-fork-test-"));
    roots.push(root);
    return root;
  };
}

/** Signals a process that may be gone. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone
  }
}
