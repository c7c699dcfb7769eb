import { closeSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { readJournal } from "../../journal/reader.ts";
import type { NewEvent } from "../../journal/writer.ts";
import { runFile } from "../../runs/layout.ts";
import type { LaunchPlan, ScriptPlan } from "../../runs/model.ts";
import { lastStep } from "../history.ts";
import { TERM_MS, type Patience } from "../stop.ts";
import type { TrainerExit } from "../trainer.ts";
import { CheckpointWatch } from "./checkpoint-watch.ts";
import { FROM_OUTPUT, OutputMetrics } from "./output-metrics.ts";

const LOOK_EVERY_MS = 2000;

export interface WatchedScript {
  runDir: string;
  run: string;
  plan: LaunchPlan;
  /** Where this segment begins in `events.jsonl`. */
  eventsFrom: number;
}

/** What the runner finds out of a script that need not know of it: checkpoints, metrics it prints, whether it hears of a stop. */
export class ScriptWatch {
  readonly #watched: WatchedScript;
  readonly #checkpoints: CheckpointWatch | undefined;
  readonly #metrics: OutputMetrics | undefined;
  #lookedMs = 0;

  /** @param write to the runner's journal */
  constructor(watched: WatchedScript, script: ScriptPlan, write: (event: NewEvent) => void) {
    const { runDir, run, plan, eventsFrom } = watched;
    this.#watched = watched;
    const { told, outputFrom, isReadFromOutput } = onRecord(runDir, plan.segment);
    const currentStep = () => lastStep(runDir, eventsFrom) ?? plan.fromStep;
    if (script.checkpoints !== null) {
      const sinceMs = statSync(runFile(runDir, "launch")).mtimeMs;
      const pattern = script.checkpoints;
      this.#checkpoints = new CheckpointWatch({ runDir, pattern, sinceMs, told, write, currentStep });
    }
    if (script.patterns.length > 0) {
      const { segment, fromStep } = plan;
      const output = {
        runDir,
        run,
        segment,
        fromStep,
        patterns: script.patterns,
        eventsFrom,
        outputFrom,
        alert: write,
      };
      const isFirst = script.patternsFirst || isReadFromOutput;
      this.#metrics = new OutputMetrics({ ...output, isFirst, currentStep: currentStep() });
    }
  }

  look(nowMs: number): void {
    this.#metrics?.read(nowMs);
    if (nowMs - this.#lookedMs < LOOK_EVERY_MS) return;
    this.#lookedMs = nowMs;
    this.#checkpoints?.look();
  }

  /** The last look. Only a script that ended well has left nothing half-written. */
  finish(exit: TrainerExit, nowMs: number): void {
    this.#metrics?.read(nowMs, true);
    this.#checkpoints?.look(exit.code === 0);
  }

  /**
   * A script that asks whether it shall stop is given the time to; any other gets SIGTERM at once, and then that time, for
   * it may save a checkpoint when the signal comes.
   */
  patience(graceMs: number): Patience {
    const { runDir, eventsFrom } = this.#watched;
    return isStopAware(runFile(runDir, "events"), eventsFrom)
      ? { graceMs, termMs: TERM_MS }
      : { graceMs: 0, termMs: graceMs };
  }
}

/** Makes the folder that a script may write to. */
export const makeOutputFolder = ({ outputDir }: ScriptPlan): void => void mkdirSync(outputDir, { recursive: true });

/**
 * What earlier runners of this run have recorded: checkpoints with their times, how much of the output was read, and whether
 * the metrics of this segment come from there.
 */
function onRecord(runDir: string, segment: number) {
  const told = new Map<string, number>();
  let outputFrom = 0;
  let at = 0;
  let isReadFromOutput = false;
  for (const event of readJournal(runDir, "runner")) {
    if (event.t === "journal") at = event.segment;
    else if (event.t === "alert") isReadFromOutput ||= at === segment && event.code === FROM_OUTPUT;
    else if (event.t === "checkpoint") told.set(event.path, event.timeMs);
    else if (event.t === "checkpoint-removed") told.delete(event.path);
    else if (event.t === "output") outputFrom = event.offset;
  }
  return { told, outputFrom, isReadFromOutput };
}

/** What the logger writes when a script first asks whether it shall stop. */
const MARK = Buffer.from('"t":"stop-aware"');
const CHUNK_BYTES = 1 << 20;

/** Looks through the journal only when somebody asks for a stop; the mark stands near its beginning, if at all. */
function isStopAware(path: string, from: number): boolean {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return false;
  }
  try {
    const bytes = Buffer.alloc(CHUNK_BYTES);
    // Chunks overlap, so that a mark on the border of two is seen.
    for (let at = from; ; at += CHUNK_BYTES - MARK.length) {
      const length = readSync(fd, bytes, 0, CHUNK_BYTES, at);
      if (bytes.subarray(0, length).includes(MARK)) return true;
      if (length < CHUNK_BYTES) return false;
    }
  } finally {
    closeSync(fd);
  }
}
