import type { ProcessIdentity } from "../base/identity.ts";
import { decodeOrSalvage } from "../journal/codec.ts";
import type { AnyEvent, EndEvent, ExitEvent, RunState, StopEvent } from "../journal/events.ts";
import { openJournalText } from "../journal/journal-text.ts";
import { readJournal } from "../journal/reader.ts";
import { runFile } from "../runs/layout.ts";

/** What the runners of a run have recorded so far. All but `state` and `startedMs` is of the newest segment. */
export interface RunnerHistory {
  /** First sign of the run, epoch milliseconds; null when there is no journal yet. */
  startedMs: number | null;
  /** 0 when there is no journal yet. */
  segment: number;
  state: RunState | undefined;
  cause: string;
  runner: ProcessIdentity | null;
  trainer: ProcessIdentity | null;
  /** How far a stop has come: the request, and the newest stage. */
  stop: { asked: StopEvent; stage: StopEvent["stage"] } | null;
  exit: ExitEvent | null;
}

/** Folds `runner.jsonl`. It grows by some hundred bytes every few seconds, so this is for those who take a run over. */
export function readHistory(runDir: string): RunnerHistory {
  const history: RunnerHistory = {
    startedMs: null,
    segment: 0,
    state: undefined,
    cause: "",
    runner: null,
    trainer: null,
    stop: null,
    exit: null,
  };
  for (const event of readJournal(runDir, "runner")) apply(history, event);
  return history;
}

function apply(history: RunnerHistory, event: AnyEvent): void {
  switch (event.t) {
    case "journal":
      history.startedMs ??= event.timeMs;
      if (event.segment > history.segment) {
        Object.assign(history, { segment: event.segment, runner: null, trainer: null, stop: null, exit: null });
      }
      break;
    case "runner":
      history.runner = event.identity;
      break;
    case "trainer":
      history.trainer = event.identity;
      break;
    case "state":
      history.state = event.state;
      history.cause = event.cause;
      break;
    case "stop":
      // Leftovers of a trainer are ended by the same stages without anybody having asked for a stop.
      if (event.stage === "asked") history.stop ??= { asked: event, stage: "asked" };
      else if (history.stop) history.stop.stage = event.stage;
      break;
    case "exit":
      history.exit = event;
      break;
  }
}

/** The last word of a journal stands in its last lines, so this much of the file's end is looked at. */
const TAIL_BYTES = 256 * 1024;

/** The trainer's `end` event after this byte of `events.jsonl`; undefined when it said none. */
export function readEnd(runDir: string, eventsFrom: number): EndEvent | undefined {
  const events = readTail(runFile(runDir, "events"), eventsFrom, TAIL_BYTES);
  // A header after it begins a later segment.
  const last = events.findLast(({ t }) => t === "end" || t === "journal");
  return last?.t === "end" ? last : undefined;
}

/** Step of the newest metrics after this byte of `events.jsonl`; undefined when its last lines tell none. */
export function lastStep(runDir: string, eventsFrom: number): number | undefined {
  const newest = readTail(runFile(runDir, "events"), eventsFrom, TAIL_BYTES).findLast(({ t }) => t === "metrics");
  return newest?.t === "metrics" ? newest.step : undefined;
}

/** Time of the newest line of the runner's journal, epoch milliseconds; null when there is none. */
export function readHeartbeat(runDir: string): number | null {
  return readTail(runFile(runDir, "runner"), 0, 16 * 1024).at(-1)?.timeMs ?? null;
}

function readTail(path: string, from: number, maxBytes: number): AnyEvent[] {
  const text = openJournalText(path);
  if (!text) return [];
  try {
    const start = Math.max(from, text.size - maxBytes);
    const lines = text
      .read(start, text.size - start)
      .toString("utf8")
      .split("\n");
    return lines.filter((line) => line.trim() !== "").flatMap((line) => decodeOrSalvage(line).events);
  } finally {
    text.close();
  }
}
