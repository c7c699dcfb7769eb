import { sleep } from "../base/clock.ts";
import type { RunState } from "../journal/events.ts";
import { DirectJournalWriter, type NewEvent } from "../journal/writer.ts";
import { runFile } from "../runs/layout.ts";
import { canChange } from "../runs/states.ts";

const RETRY_MS = 1000;

/** The runner's journal, and the run's state in it. With the disk full it holds what it cannot write, and goes on. */
export class Recorder {
  readonly #writer: DirectJournalWriter;
  #state: RunState | undefined;
  #lastWriteMs = 0;

  /** @param state the state on record so far; undefined for a run that has none. */
  constructor(
    runDir: string,
    segment: { run: string; segment: number; fromStep: number },
    state: RunState | undefined,
  ) {
    this.#writer = new DirectJournalWriter(runFile(runDir, "runner"), { writer: "runner", ...segment });
    this.#state = state;
  }

  get state(): RunState | undefined {
    return this.#state;
  }

  /** When something was last written, epoch milliseconds. */
  get lastWriteMs(): number {
    return this.#lastWriteMs;
  }

  write(event: NewEvent): void {
    this.#writer.write(event);
    this.#lastWriteMs = Date.now();
  }

  /** Changes the state if the table of legal changes allows it, else does nothing. */
  changeState(state: RunState, cause = "", by?: string): void {
    if (!canChange(this.#state, state)) return;
    this.#state = state;
    this.write({ t: "state", state, cause, ...(by === undefined ? {} : { by }) });
  }

  /**
   * Closes the journal; with the disk full, after trying for `withinMs` to get everything there.
   * @returns whether all of it is there. If not, the run has no final state, and whoever opens the store next finds it one.
   */
  async close(withinMs = 0): Promise<boolean> {
    const untilMs = Date.now() + withinMs;
    for (;;) {
      this.#writer.flushSync();
      if (this.#writer.error === undefined || Date.now() >= untilMs) break;
      await sleep(RETRY_MS);
    }
    const whole = this.#writer.error === undefined;
    await this.#writer.close();
    return whole;
  }
}
