import { MOST_LOG_LINES, type PageLogLine } from "../../src/messages/log.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { Host } from "../shared/host.ts";
import { Folds } from "./folds.ts";

/** Lines kept of those that were shown. */
const KEPT_LINES = 6000;
/** Lines asked for around those that are missing, so that slow scrolling does not ask for each. */
const AROUND = 40;
/** While the host still reads a large file: when it is asked again. */
const READING_MS = 300;

export interface LogState {
  /** Lines in the file, one still being written included. */
  lines: number;
  bytes: number;
  /** False while the file is still being read. */
  complete: boolean;
}

type Asks = Pick<Host<RunPage>, "ask">;

/** The log as far as the page knows it: how much there is, what is folded, and the lines around those shown. */
export class LogModel {
  readonly folds = new Folds();
  readonly #host: Asks;
  readonly #changed: () => void;
  readonly #lines = new Map<number, PageLogLine>();
  readonly #updates = new Map<number, { texts: string[]; left: number }>();
  #epoch = 0;
  #state: LogState | undefined;
  #refreshing: Promise<void> | undefined;
  #timed = false;
  #wanted: readonly number[] = [];
  #isFetching = false;
  #timer = 0;
  #closed = false;
  /** Why the log could not be read; empty when it could. */
  problem = "";

  constructor(host: Asks, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  /** Undefined before the first answer. */
  get state(): LogState | undefined {
    return this.#state;
  }

  /** Ends what goes on by itself. */
  close(): void {
    this.#closed = true;
    window.clearTimeout(this.#timer);
  }

  /** Asks how much there is now. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  line(number: number): PageLogLine | undefined {
    return this.#lines.get(number);
  }

  /** What a line rewritten in place said before; undefined until it was unfolded. */
  updates(line: number): { texts: string[]; left: number } | undefined {
    return this.#updates.get(line);
  }

  /** Shows or hides what a line rewritten in place said before. */
  async toggleUpdates(line: number): Promise<void> {
    if (!this.#updates.delete(line)) this.#updates.set(line, await this.#host.ask("logUpdates", { line }));
    this.#changed();
  }

  /** Whether lines come with their times. */
  setTimed(timed: boolean): void {
    if (timed === this.#timed) return;
    this.#timed = timed;
    this.#lines.clear();
  }

  /** Names the lines shown, and fetches those that are missing. */
  want(lines: readonly number[]): void {
    this.#wanted = lines;
    if (!this.#isFetching) void this.#fetch();
  }

  async #refresh(): Promise<void> {
    try {
      const { epoch, lines, bytes, folds, complete } = await this.#host.ask("logState", {});
      if (epoch !== this.#epoch) this.#forget(epoch);
      if (bytes !== this.#state?.bytes) await this.#grow(lines, folds);
      this.#state = { lines, bytes, complete };
      this.problem = "";
      window.clearTimeout(this.#timer);
      if (!complete && !this.#closed) this.#timer = window.setTimeout(() => void this.refresh(), READING_MS);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
    if (!this.#closed) this.#changed();
  }

  async #grow(lines: number, folds: number): Promise<void> {
    // The last line may have been unfinished, and the last stretch may have grown.
    this.#lines.delete(this.#state?.lines ?? 0);
    const from = Math.max(0, this.folds.length - 1);
    if (folds === 0) return this.folds.grow(lines, 0, [], []);
    const { starts, counts } = await this.#host.ask("logFolds", { from });
    this.folds.grow(lines, from, starts, counts);
  }

  #forget(epoch: number): void {
    this.#epoch = epoch;
    this.#state = undefined;
    this.#lines.clear();
    this.#updates.clear();
    this.folds.clear();
  }

  async #fetch(): Promise<void> {
    this.#isFetching = true;
    try {
      for (let missing = this.#missing(); missing.length > 0; missing = this.#missing()) {
        const timed = this.#timed;
        const { epoch, lines } = await this.#host.ask("logLines", { lines: missing, times: timed });
        if (epoch !== this.#epoch) return void this.refresh();
        if (timed !== this.#timed) continue;
        for (const line of lines) this.#lines.set(line.line, line);
        this.#drop();
        this.#changed();
        // Lines that are gone would be asked for for ever.
        if (lines.length < missing.length) break;
      }
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.#changed();
    } finally {
      this.#isFetching = false;
    }
  }

  /** The missing ones of the lines wanted, and rows beside them. */
  #missing(): number[] {
    const missing = this.#wanted.filter((line) => !this.#lines.has(line));
    if (missing.length === 0 || !this.#state) return [];
    const first = this.folds.rowOf(missing[0]!);
    const last = this.folds.rowOf(missing.at(-1)!);
    const around: number[] = [];
    for (let row = Math.max(0, first - AROUND); row <= Math.min(this.folds.rows - 1, last + AROUND); row++) {
      const { line } = this.folds.row(row);
      if (!this.#lines.has(line)) around.push(line);
    }
    return around.slice(0, MOST_LOG_LINES);
  }

  /** Forgets the lines that came first. */
  #drop(): void {
    for (const line of this.#lines.keys()) {
      if (this.#lines.size <= KEPT_LINES) return;
      if (!this.#wanted.includes(line)) this.#lines.delete(line);
    }
  }
}
