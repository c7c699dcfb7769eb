import { setImmediate as nextTurn } from "node:timers/promises";
import { JournalTail } from "../../journal/reader.ts";
import { runFile } from "../../runs/layout.ts";

/** Read at once from the journal: few enough to keep nobody waiting. */
const BATCH_BYTES = 128 * 1024;

/** When parts of a run's output were there, as its runner noted the size of the file from time to time. */
export class LineTimes {
  readonly #tail: JournalTail;
  readonly #offsets: number[] = [];
  readonly #timesMs: number[] = [];
  #reading: Promise<void> | undefined;

  constructor(runDir: string) {
    this.#tail = new JournalTail(runFile(runDir, "runner"));
  }

  /** Reads what the runner noted since. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** When the byte at an offset was there, epoch milliseconds; null when nobody noted it (yet). */
  timeOf(offset: number): number | null {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle]! > offset) high = middle;
      else low = middle + 1;
    }
    return this.#timesMs[low] ?? null;
  }

  async #read(): Promise<void> {
    for (;;) {
      const before = this.#tail.offset;
      for (const event of this.#tail.read(BATCH_BYTES).events) {
        if (event.t !== "output" || event.offset <= (this.#offsets.at(-1) ?? 0)) continue;
        this.#offsets.push(event.offset);
        this.#timesMs.push(event.timeMs);
      }
      if (this.#tail.offset === before) return;
      await nextTurn();
    }
  }
}
