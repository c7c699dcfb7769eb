import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { DirectJournalWriter, type NewEvent } from "../../journal/writer.ts";
import { runFile } from "../../runs/layout.ts";
import { OutputPatterns } from "./patterns.ts";

/** So long what was found is held back, because the script's own metrics, which are exact, may be on their way. */
const PATIENCE_MS = 5000;
/** Read at once; what a script prints faster than this a tick waits. */
const CHUNK_BYTES = 1 << 18;

/** Code of the alert that says where the metrics come from. */
export const FROM_OUTPUT = "metrics-from-output";

export interface WatchedOutput {
  runDir: string;
  run: string;
  segment: number;
  fromStep: number;
  patterns: readonly string[];
  /** They count even if the script writes its own journal. */
  isFirst: boolean;
  /** Where this segment begins in `events.jsonl`, and what of `output.log` was read before. */
  eventsFrom: number;
  outputFrom: number;
  /** The last step on record. */
  currentStep: number;
  /** To the runner's own journal. */
  alert: (event: NewEvent) => void;
}

/**
 * Reads metrics from what a script prints, and writes them to the journal in its place. A script that writes there itself
 * is believed instead, unless the config says otherwise.
 */
export class OutputMetrics {
  readonly #watched: WatchedOutput;
  readonly #patterns: OutputPatterns;
  readonly #decoder = new StringDecoder("utf8");
  #writer: DirectJournalWriter | undefined;
  #held: NewEvent[] = [];
  #heldSinceMs = 0;
  #offset: number;
  #rest = "";
  #step: number;
  /** Lines name steps, so that metrics without one belong to the last that was named. */
  #named = false;
  #over = false;

  constructor(watched: WatchedOutput) {
    this.#watched = watched;
    this.#patterns = new OutputPatterns(watched.patterns);
    this.#offset = watched.outputFrom;
    this.#step = watched.currentStep;
  }

  /** Takes what was printed since. @param isOver the script has ended: the last line need not end. */
  read(nowMs: number, isOver = false): void {
    if (this.#over || this.#yields()) return;
    for (;;) {
      const lines = this.#lines(isOver);
      if (lines.length === 0) break;
      this.#take(lines, nowMs);
    }
    if (this.#held.length > 0 && (isOver || this.#isFirst || nowMs - this.#heldSinceMs > PATIENCE_MS)) this.#write();
    if (isOver) void this.#writer?.close();
  }

  get #isFirst(): boolean {
    return this.#watched.isFirst || this.#writer !== undefined;
  }

  /** Whether the script has been found to write its own journal. */
  #yields(): boolean {
    if (this.#isFirst) return false;
    const { runDir, eventsFrom } = this.#watched;
    this.#over = (statSync(runFile(runDir, "events"), { throwIfNoEntry: false })?.size ?? 0) > eventsFrom;
    return this.#over;
  }

  #take(lines: string[], nowMs: number): void {
    const found = this.#patterns.find(lines);
    if (!found) {
      this.#over = true;
      const message =
        "The output is not read any more: script.patterns took too long on one of its lines. Make them simpler.";
      this.#watched.alert({ t: "alert", level: "warning", code: "pattern-slow", message, step: null });
      return;
    }
    for (const { step, values } of found) {
      this.#named ||= step !== undefined;
      if (step !== undefined) this.#step = step;
      if (Object.keys(values).length === 0) continue;
      if (!this.#named) this.#step++;
      if (this.#held.length === 0) this.#heldSinceMs = nowMs;
      this.#held.push({ t: "metrics", timeMs: nowMs, step: this.#step, values });
    }
  }

  #write(): void {
    const { runDir, run, segment, fromStep } = this.#watched;
    if (!this.#writer) {
      const message = "The metrics are read from the output, by script.patterns.";
      this.#watched.alert({ t: "alert", level: "info", code: FROM_OUTPUT, message, step: null });
      const options = { writer: "trainer", run, segment, fromStep } as const;
      this.#writer = new DirectJournalWriter(runFile(runDir, "events"), options);
    }
    for (const event of this.#held) this.#writer.write(event);
    this.#held = [];
  }

  /** The next whole lines; a progress bar's carriage returns end lines too. */
  #lines(isOver: boolean): string[] {
    const bytes = readFrom(runFile(this.#watched.runDir, "output"), this.#offset);
    this.#offset += bytes.length;
    const text = this.#rest + this.#decoder.write(bytes);
    const parts = text.split(/[\r\n]+/);
    this.#rest = isOver && bytes.length === 0 ? "" : (parts.pop() ?? "");
    return parts.filter((line) => line !== "");
  }
}

function readFrom(path: string, offset: number): Buffer {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, Math.min(CHUNK_BYTES, fstatSync(fd).size - offset)));
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(fd);
  }
}
