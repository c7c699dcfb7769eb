/** A process that does nothing but watch how late its timer comes: what the machine adds to every other process at the time. */
import { spawn } from "node:child_process";
import { monitorEventLoopDelay, type IntervalHistogram } from "node:perf_hooks";

/** How late turns of a thread came, milliseconds. */
export interface Turns {
  p99Ms: number;
  longestMs: number;
}

const FLAG = "--idle-turns";
const LOOK_EVERY_MS = 2;

/** Watches this thread's turns until `end` is called. */
export function watchTurns(): { end(): Turns } {
  const turns = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  turns.enable();
  return {
    end() {
      turns.disable();
      return asTurns(turns);
    },
  };
}

/** The same of a process of its own that does nothing. */
export function watchIdleProcess(): { end(): Promise<Turns> } {
  const child = spawn(process.execPath, [process.argv[1]!, FLAG], { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (part: Buffer) => (text += String(part)));
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  return {
    async end() {
      child.stdin.end();
      await ended;
      return JSON.parse(text) as Turns;
    },
  };
}

// The timer itself is part of what it measures.
const asTurns = (turns: IntervalHistogram): Turns => ({
  p99Ms: Math.max(0, turns.percentile(99) / 1e6 - LOOK_EVERY_MS),
  longestMs: Math.max(0, turns.max / 1e6 - LOOK_EVERY_MS),
});

if (process.argv[2] === FLAG) {
  const turns = watchTurns();
  // The parent's end of the pipe closes when it has seen enough, or has died.
  process.stdin.resume().once("close", () => process.stdout.write(JSON.stringify(turns.end())));
}
