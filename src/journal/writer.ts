import { join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { systemClock, type Clock } from "../base/clock.ts";
import { codeDir } from "../base/code-dir.ts";
import { UserError, sentenceOf } from "../base/errors.ts";
import { AppendFile, appendFailure } from "./append-file.ts";
import { encodeEvent } from "./codec.ts";
import { JOURNAL_VERSION, type AnyEvent, type JournalWriterName } from "./events.ts";
import { CONTROL, Handover } from "./handover.ts";
import type { WriterThreadData } from "./writer-thread.ts";

/** An event to be written; without a time it gets the moment of the call. */
export type NewEvent = AnyEvent extends infer Event
  ? Event extends AnyEvent
    ? Omit<Event, "timeMs"> & { timeMs?: number }
    : never
  : never;

export interface JournalWriterOptions {
  writer: JournalWriterName;
  /** Run id. */
  run: string;
  segment: number;
  /** The step this segment goes on from. */
  fromStep: number;
  clock?: Clock;
}

/** What writes a journal. */
export interface EventWriter {
  /** Never throws; what cannot be kept is counted in `lost`. */
  write(event: NewEvent): void;
  /** Returns once everything is on the disk, or cannot get there now. */
  flushSync(): void;
  close(): Promise<void>;
  /** Events dropped because they could be neither written nor held. */
  readonly lost: number;
  /** What is wrong with writing, in one sentence; undefined when all is well. */
  readonly error: string | undefined;
}

/** Bytes held in memory while the disk takes none; events beyond it are dropped and counted. */
export const HELD_LIMIT_BYTES = 64 << 20;

const headerOf = ({ writer, run, segment, fromStep }: JournalWriterOptions): NewEvent => ({
  t: "journal",
  version: JOURNAL_VERSION,
  writer,
  run,
  segment,
  fromStep,
});

const stamp = (event: NewEvent, clock: Clock): AnyEvent => {
  const { t, timeMs = clock(), ...rest } = event;
  return { t, timeMs, ...rest } as AnyEvent;
};

/** Tells the journal's readers of a gap, once it can be written again. */
const gapAlert = (count: number): NewEvent => ({
  t: "alert",
  level: "error",
  code: "journal-gap",
  message: `${count} events were dropped because the journal could not be written.`,
  step: null,
});

/** Writes each event within the call. For a process that logs rarely and may wait for its disk: the runner. */
export class DirectJournalWriter implements EventWriter {
  readonly #file: AppendFile;
  readonly #clock: Clock;
  readonly #heldLimit: number;
  #lost = 0;
  #toldLost = 0;

  constructor(path: string, options: JournalWriterOptions, heldLimit = HELD_LIMIT_BYTES) {
    this.#file = new AppendFile(path);
    this.#clock = options.clock ?? systemClock;
    this.#heldLimit = heldLimit;
    this.write(headerOf(options));
  }

  get lost(): number {
    return this.#lost;
  }

  get error(): string | undefined {
    return appendFailure(this.#file.path, this.#file.errno, this.#lost);
  }

  write(event: NewEvent): void {
    this.#append(event);
    if (!this.#file.flush() || this.#lost === this.#toldLost) return;
    this.#append(gapAlert(this.#lost - this.#toldLost));
    this.#toldLost = this.#lost;
    this.#file.flush();
  }

  flushSync(): void {
    if (this.#file.flush()) this.#file.sync();
  }

  close(): Promise<void> {
    this.flushSync();
    this.#file.close();
    return Promise.resolve();
  }

  #append(event: NewEvent): void {
    try {
      if (this.#file.heldBytes < this.#heldLimit) this.#file.append(`${encodeEvent(stamp(event, this.#clock))}\n`);
      else this.#lost++;
    } catch {
      this.#lost++; // a value that cannot be encoded
    }
  }
}

/** Calls that may follow one another at once, and per millisecond after that, and still each be written at once. */
const BURST = 20;
const CALLS_PER_MS = 0.1;
const START_TIMEOUT_MS = 15_000;
const FLUSH_TIMEOUT_MS = 10_000;
const ROOM_TIMEOUT_MS = 250;
/** Kinds worth a wake-up at any rate. */
const URGENT = new Set<string>(["checkpoint", "end", "alert"]);

/**
 * Writes a trainer's journal from a thread of its own: a call costs microseconds and never waits for the disk, and lines
 * reach it while a training step keeps this thread's event loop busy for seconds.
 *
 * At once while calls are rarer than about 100 a second (a SIGKILL then loses nothing), within 200 ms above; at a
 * checkpoint or the end, and when the process exits, at once. With the disk full, 64 MiB are held and tried again.
 */
export class JournalWriter implements EventWriter {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #control = new Int32Array(new SharedArrayBuffer(CONTROL.WORDS * 4));
  readonly #handover: Handover;
  readonly #thread: Worker;
  readonly #ended: Promise<void>;
  #threadError: string | undefined;
  #alive = true;
  #lost = 0;
  #toldLost = 0;
  #waitedInVainAt = -1;
  #wakeUps = BURST;
  #wakeUpsAtMs = performance.now();

  /** Starts the thread and waits until it runs (tens of milliseconds), so that the first event is as safe as any. */
  constructor(path: string, options: JournalWriterOptions, heldLimit = HELD_LIMIT_BYTES) {
    this.#path = path;
    this.#clock = options.clock ?? systemClock;
    const { port1, port2 } = new MessageChannel();
    const control = this.#control.buffer as SharedArrayBuffer;
    const workerData: WriterThreadData = { path, control, chunks: port2 };
    this.#handover = new Handover(this.#control, (memory) => port1.postMessage(memory), heldLimit);
    const bundle = join(codeDir(), "journal-thread.cjs");
    this.#thread = new Worker(bundle, { workerData, transferList: [port2] });
    port1.unref();
    this.#thread.unref();
    this.#thread.on("error", (error) => {
      this.#threadError = sentenceOf(error);
      this.#alive = false;
    });
    this.#ended = new Promise((resolve) => this.#thread.on("exit", () => resolve()));
    if (!this.#waitWhile(CONTROL.READY, (ready) => ready === 0, START_TIMEOUT_MS)) {
      throw new UserError("journal-thread", `The thread that writes ${path} did not start within 15 s.`, {
        advice: `Look whether the machine is overloaded, and whether ${bundle} is there.`,
      });
    }
    process.on("exit", this.#atExit);
    this.write(headerOf(options));
  }

  get lost(): number {
    return this.#lost;
  }

  get error(): string | undefined {
    if (this.#threadError !== undefined) return `The thread that writes ${this.#path} died: ${this.#threadError}`;
    return appendFailure(this.#path, this.#errno, this.#lost);
  }

  write(event: NewEvent): void {
    if (this.#lost > this.#toldLost) this.#tellLoss();
    this.#handOver(event);
    if (this.#mayWake() || URGENT.has(event.t)) this.#wake();
  }

  flushSync(): void {
    if (!this.#alive) return;
    const asked = Atomics.add(this.#control, CONTROL.FLUSH_ASKED, 1) + 1;
    this.#wake();
    this.#waitWhile(CONTROL.FLUSH_DONE, (done) => done < asked, FLUSH_TIMEOUT_MS);
  }

  async close(): Promise<void> {
    if (!this.#alive) return;
    this.flushSync();
    if (this.#lost > this.#toldLost) this.#tellLoss();
    this.#alive = false;
    process.off("exit", this.#atExit);
    Atomics.store(this.#control, CONTROL.CLOSE, 1);
    this.#wake();
    this.#thread.ref();
    await this.#ended;
  }

  get #errno(): number {
    return Atomics.load(this.#control, CONTROL.ERRNO);
  }

  readonly #atExit = (): void => this.flushSync();

  #handOver(event: NewEvent): void {
    try {
      if (!this.#alive || !(this.#give(event) || (this.#waitForRoom() && this.#give(event)))) this.#lost++;
    } catch {
      this.#lost++; // a value that cannot be encoded, or no memory for another chunk
    }
  }

  #give(event: NewEvent): boolean {
    if (event.t === "metrics") return this.#handover.metrics(event.timeMs ?? this.#clock(), event.step, event.values);
    return this.#handover.line(encodeEvent(stamp(event, this.#clock)));
  }

  #tellLoss(): void {
    if (this.#errno !== 0 || !this.#give(gapAlert(this.#lost - this.#toldLost))) return;
    this.#toldLost = this.#lost;
  }

  /**
   * With the bound reached although the disk is well, this thread is ahead of the other's encoding (hundreds of thousands
   * of calls a second): losing events would be worse than waiting. Once in vain, it does not wait until something moved.
   */
  #waitForRoom(): boolean {
    const consumed = Atomics.load(this.#control, CONTROL.CONSUMED);
    if (!this.#alive || consumed === this.#waitedInVainAt || Atomics.load(this.#control, CONTROL.ERRNO) !== 0)
      return false;
    this.#wake();
    if (this.#waitWhile(CONTROL.CONSUMED, (now) => now === consumed, ROOM_TIMEOUT_MS)) return true;
    this.#waitedInVainAt = consumed;
    return false;
  }

  /** Waits for the other thread to move a control word on; false when it did not in time. */
  #waitWhile(word: number, same: (value: number) => boolean, timeoutMs: number): boolean {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const value = Atomics.load(this.#control, word);
      if (!same(value)) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#control, word, value, left);
    }
  }

  /** A token bucket: rare calls always find one. */
  #mayWake(): boolean {
    const nowMs = performance.now();
    this.#wakeUps = Math.min(BURST, this.#wakeUps + (nowMs - this.#wakeUpsAtMs) * CALLS_PER_MS);
    this.#wakeUpsAtMs = nowMs;
    if (this.#wakeUps < 1) return false;
    this.#wakeUps--;
    return true;
  }

  #wake(): void {
    Atomics.add(this.#control, CONTROL.WAKE, 1);
    Atomics.notify(this.#control, CONTROL.WAKE);
  }
}
