import { Chunk, CHUNK_WORD, RECORD, slotsOf } from "./handover.ts";
import { metricKey, metricsLine } from "./metrics-line.ts";

/** The taking side of a `Handover`: turns records into the lines of a journal. Used by one thread. */
export class Drain {
  readonly #next: () => SharedArrayBuffer | undefined;
  /** `"train/loss":` of each name id. */
  readonly #keys: string[] = [];
  #chunk: Chunk | undefined;
  #at = 1;
  #consumed = 0;

  /** @param next the next chunk of memory, undefined when there is none yet. */
  constructor(next: () => SharedArrayBuffer | undefined) {
    this.#next = next;
  }

  /** Chunks that will not be looked at again. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Lines handed over since the last call, about `maxLength` characters of them; empty when there are none. */
  take(maxLength: number): string {
    let text = "";
    while (text.length < maxLength) {
      const chunk = (this.#chunk ??= this.#open());
      if (!chunk) break;
      // Read before the count: a chunk is sealed after its last record.
      const sealed = Atomics.load(chunk.words, CHUNK_WORD.SEALED) === 1;
      const written = Atomics.load(chunk.words, CHUNK_WORD.WRITTEN);
      while (this.#at < written && text.length < maxLength) text += this.#record(chunk);
      if (this.#at < written) break;
      if (!sealed) break;
      this.#chunk = undefined;
      this.#consumed++;
    }
    return text;
  }

  #open(): Chunk | undefined {
    const memory = this.#next();
    if (!memory) return undefined;
    this.#at = 1;
    return new Chunk(memory);
  }

  #record(chunk: Chunk): string {
    const { slots } = chunk;
    switch (slots[this.#at]) {
      case RECORD.METRICS:
        return this.#metrics(slots);
      case RECORD.NAME:
        this.#keys[slots[this.#at + 1]!] = metricKey(this.#text(chunk, this.#at + 2));
        return "";
      default:
        return `${this.#text(chunk, this.#at + 1)}\n`;
    }
  }

  #metrics(slots: Float64Array): string {
    const at = this.#at;
    const count = slots[at + 3]!;
    const first = at + 4;
    this.#at = first + 2 * count;
    const key = (index: number) => this.#keys[slots[first + 2 * index]!]!;
    const value = (index: number) => slots[first + 2 * index + 1]!;
    return `${metricsLine("metrics", slots[at + 1]!, slots[at + 2]!, count, key, value)}\n`;
  }

  #text(chunk: Chunk, lengthSlot: number): string {
    const length = chunk.slots[lengthSlot]!;
    const start = (lengthSlot + 1) * 8;
    this.#at = lengthSlot + 1 + slotsOf(length);
    // A copy: text decoders do not take shared memory.
    return Buffer.from(chunk.bytes.slice(start, start + length)).toString("utf8");
  }
}
