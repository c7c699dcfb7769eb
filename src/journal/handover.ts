/**
 * How a trainer's thread hands events to the thread that writes them: numbers and bytes in shared memory.
 *
 * Events go into chunks (`SharedArrayBuffer`) that follow one another through a message port. Slot 0 of a chunk holds
 * two 32-bit words, how many slots are written and whether another chunk follows; records of 64-bit floats come after:
 * - `METRICS, timeMs, step, n`, then n times `name id, value`
 * - `NAME, id, byte length`, then the UTF-8 bytes
 * - `LINE, byte length`, then the UTF-8 bytes of an encoded event
 */
export const RECORD = { METRICS: 1, NAME: 2, LINE: 3 } as const;

/** 32-bit words at the start of a chunk. */
export const CHUNK_WORD = { WRITTEN: 0, SEALED: 1 } as const;
const FIRST_SLOT = 1;

/** 32-bit words of the control block. */
export const CONTROL = {
  /** Counts up to wake the writing thread. */
  WAKE: 0,
  /** 1 once the writing thread runs. */
  READY: 1,
  /** Chunks the writing thread is done with. */
  CONSUMED: 2,
  FLUSH_ASKED: 3,
  FLUSH_DONE: 4,
  /** 1 = write what is left and end. */
  CLOSE: 5,
  /** errno of the last write, 0 when it succeeded. */
  ERRNO: 6,
  WORDS: 8,
} as const;

const CHUNK_SLOTS = 1 << 17;

/** One stretch of shared memory with views on it. */
export class Chunk {
  readonly memory: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly slots: Float64Array;
  readonly bytes: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.words = new Int32Array(memory, 0, 2);
    this.slots = new Float64Array(memory);
    this.bytes = new Uint8Array(memory);
  }

  static create(minSlots: number): Chunk {
    const chunk = new Chunk(new SharedArrayBuffer(8 * Math.max(CHUNK_SLOTS, minSlots + FIRST_SLOT)));
    chunk.reset();
    return chunk;
  }

  reset(): void {
    Atomics.store(this.words, CHUNK_WORD.SEALED, 0);
    Atomics.store(this.words, CHUNK_WORD.WRITTEN, FIRST_SLOT);
  }

  get isStandard(): boolean {
    return this.slots.length === CHUNK_SLOTS;
  }
}

/** Slots that `length` bytes take. */
export const slotsOf = (length: number): number => Math.ceil(length / 8);

/**
 * The giving side. Memory is bounded: with `maxBytes` handed over and not yet on the disk, further events are refused.
 * Used by one thread.
 */
export class Handover {
  readonly #post: (memory: SharedArrayBuffer) => void;
  readonly #control: Int32Array;
  readonly #maxBytes: number;
  readonly #names = new Map<string, number>();
  /** Chunks handed over and not known to be consumed, oldest first; the last one is being filled. */
  readonly #given: Chunk[] = [];
  #givenBytes = 0;
  #spare: Chunk | undefined;
  #retired = 0;
  #chunk: Chunk;
  #at = FIRST_SLOT;

  constructor(control: Int32Array, post: (memory: SharedArrayBuffer) => void, maxBytes: number) {
    this.#control = control;
    this.#post = post;
    this.#maxBytes = maxBytes;
    this.#chunk = this.#give(0);
  }

  /** Hands over values at a step; false when the bound is reached. */
  metrics(timeMs: number, step: number, values: Readonly<Record<string, number>>): boolean {
    let count = 0;
    for (const name in values) {
      count++;
      if (!this.#names.has(name) && !this.#name(name)) return false;
    }
    if (!this.#reserve(4 + 2 * count)) return false;
    const { slots } = this.#chunk;
    let at = this.#at;
    slots[at++] = RECORD.METRICS;
    slots[at++] = timeMs;
    slots[at++] = step;
    slots[at++] = count;
    for (const name in values) {
      slots[at++] = this.#names.get(name)!;
      slots[at++] = values[name]!;
    }
    this.#publish(at);
    return true;
  }

  /** Hands over an encoded event; false when the bound is reached. */
  line(text: string): boolean {
    return this.#bytes([RECORD.LINE], text);
  }

  #name(name: string): boolean {
    const id = this.#names.size;
    const given = this.#bytes([RECORD.NAME, id], name);
    if (given) this.#names.set(name, id);
    return given;
  }

  #bytes(head: number[], text: string): boolean {
    const bytes = Buffer.from(text);
    if (!this.#reserve(head.length + 1 + slotsOf(bytes.length))) return false;
    this.#chunk.slots.set([...head, bytes.length], this.#at);
    const start = this.#at + head.length + 1;
    this.#chunk.bytes.set(bytes, start * 8);
    this.#publish(start + slotsOf(bytes.length));
    return true;
  }

  #publish(at: number): void {
    this.#at = at;
    Atomics.store(this.#chunk.words, CHUNK_WORD.WRITTEN, at);
  }

  #reserve(slots: number): boolean {
    if (this.#at + slots <= this.#chunk.slots.length) return true;
    this.#retire();
    if (this.#givenBytes >= this.#maxBytes) return false;
    const full = this.#chunk;
    this.#chunk = this.#give(slots);
    this.#at = FIRST_SLOT;
    // Only now: the thread that sees the seal must find the next chunk in its port.
    Atomics.store(full.words, CHUNK_WORD.SEALED, 1);
    return true;
  }

  #give(slots: number): Chunk {
    let chunk = slots < CHUNK_SLOTS ? this.#spare : undefined;
    if (chunk) this.#spare = undefined;
    else chunk = Chunk.create(slots);
    this.#given.push(chunk);
    this.#givenBytes += chunk.memory.byteLength;
    this.#post(chunk.memory);
    return chunk;
  }

  /** Takes back what the other side is done with, keeping one chunk for reuse. */
  #retire(): void {
    for (const consumed = Atomics.load(this.#control, CONTROL.CONSUMED); this.#retired < consumed; this.#retired++) {
      const chunk = this.#given.shift()!;
      this.#givenBytes -= chunk.memory.byteLength;
      if (!chunk.isStandard) continue;
      chunk.reset();
      this.#spare = chunk;
    }
  }
}
