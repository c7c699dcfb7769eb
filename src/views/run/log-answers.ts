import type { PageLogLine } from "../../messages/log.ts";
import { runFile } from "../../runs/layout.ts";
import { LineTimes } from "../log/line-times.ts";
import { LogFile, readAt } from "../log/log-file.ts";
import { readLines, shownLine } from "../log/read-lines.ts";
import { searchLines } from "../log/search.ts";
import { plainText, updatesOf, withColours } from "../log/terminal-text.ts";

/** Updates of one line shown at most: the newest. */
const MOST_UPDATES = 500;
/** Text that goes to the clipboard at most: the end of it. */
const MOST_COPIED_BYTES = 8_000_000;

/** Answers about a run's output. */
export function logAnswers(dir: string) {
  const log = new LogFile(runFile(dir, "output"));
  const times = new LineTimes(dir);
  return {
    logState: async () => {
      await log.refresh();
      const { epoch, index, isComplete } = log;
      return { epoch, lines: index.lines, bytes: index.bytes, folds: index.progress.length, complete: isComplete };
    },

    logLines: async ({ lines, times: timed }: { lines: number[]; times: boolean }) => {
      const { epoch, index } = log;
      if (timed) await times.refresh();
      const raw = (await log.withFile((file) => readLines(file, index, lines))) ?? [];
      const shown: PageLogLine[] = raw.map((line) => shownLine(line, timed ? times.timeOf(line.offset) : null));
      return { epoch, lines: shown };
    },

    logFolds: async ({ from }: { from: number }) => ({
      epoch: log.epoch,
      from,
      ...log.index.progress.since(from),
    }),

    logUpdates: async ({ line }: { line: number }) => {
      const raw = await log.withFile((file) => readLines(file, log.index, [line]));
      const [found] = raw ?? [];
      if (!found) return { texts: [], left: 0 };
      const updates = updatesOf(found.text);
      const texts = updates.slice(0, -1).slice(-MOST_UPDATES).map(withColours);
      return { texts, left: Math.max(found.rewrites, updates.length - 1) - texts.length };
    },

    logSearch: async ({ text, from }: { text: string; from: number }, signal: AbortSignal) => {
      await log.readOn();
      signal.throwIfAborted();
      const { epoch, index } = log;
      const found = await log.withFile((file) => searchLines(file, index, text, from, signal));
      const { lines, upTo, complete } = found ?? { lines: [], upTo: index.lines, complete: true };
      return { epoch, lines: Float64Array.from(lines), upTo, complete };
    },

    logText: async () => {
      await log.readOn();
      const { index } = log;
      const from = Math.max(0, index.bytes - MOST_COPIED_BYTES);
      const bytes = (await log.withFile((file) => readAt(file, from, index.bytes - from))) ?? Buffer.alloc(0);
      const lines = bytes.toString("utf8").split("\n");
      // The first line is the rest of one when the beginning is left out.
      if (from > 0) lines.shift();
      const kept = lines.length - (lines.at(-1) === "" ? 1 : 0);
      const text = lines.map((line) => plainText(updatesOf(line.replace(/\r$/, "")).at(-1)!)).join("\n");
      return { text, left: from > 0 ? index.lines - kept : 0 };
    },
  };
}
