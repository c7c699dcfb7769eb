import type { Database } from "./driver.ts";
import type { Turns } from "./turns.ts";

interface Read {
  run(): Promise<void>;
  fail(error: unknown): void;
}

/**
 * Reads of one connection. Those that come while none of them has begun share one turn and one transaction, as pages ask
 * several things at once; whatever else was asked for between two reads keeps its place between them.
 */
export class SharedReads {
  readonly #db: Database;
  readonly #turns: Turns;
  readonly #begin: () => Promise<void>;
  /** Those that wait for the turn with this number. */
  #waiting: { reads: Read[]; turn: number } | undefined;

  /** @param begin runs at the start of each transaction */
  constructor(db: Database, turns: Turns, begin: () => Promise<void>) {
    this.#db = db;
    this.#turns = turns;
    this.#begin = begin;
  }

  /** Runs the work inside a read transaction; what goes wrong in it concerns no other. */
  read<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const read: Read = { run: () => work().then(resolve, reject), fail: reject };
      const waiting = this.#waiting;
      if (waiting?.turn === this.#turns.taken) waiting.reads.push(read);
      else void this.#take([read]);
    });
  }

  async #take(reads: Read[]): Promise<void> {
    const mine = (this.#waiting = { reads, turn: this.#turns.taken + 1 });
    const close = (): void => void (this.#waiting = this.#waiting === mine ? undefined : this.#waiting);
    try {
      await this.#turns.take(() =>
        this.#db.transaction("read", async () => {
          await this.#begin();
          close();
          for (const read of reads) await read.run();
        }),
      );
    } catch (error) {
      close();
      for (const read of reads) read.fail(error);
    }
  }
}
