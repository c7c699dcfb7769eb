import { receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";
import { AppendFile } from "./append-file.ts";
import { Drain } from "./drain.ts";
import { CONTROL } from "./handover.ts";

/** What `JournalWriter` starts its thread with. */
export interface WriterThreadData {
  path: string;
  control: SharedArrayBuffer;
  chunks: MessagePort;
}

/** Longest time an event waits when nothing wakes this thread. */
const FLUSH_EVERY_MS = 200;
/** Text encoded at once: small, so that little garbage lives long. With the disk full, no more is taken from the shared memory. */
const BATCH_LENGTH = 1 << 14;

function run({ path, control: memory, chunks }: WriterThreadData): void {
  const control = new Int32Array(memory);
  const file = new AppendFile(path);
  const drain = new Drain(() => (receiveMessageOnPort(chunks) as { message: SharedArrayBuffer } | undefined)?.message);
  signal(control, CONTROL.READY, 1);
  for (;;) {
    const wake = Atomics.load(control, CONTROL.WAKE);
    const closing = Atomics.load(control, CONTROL.CLOSE) === 1;
    const asked = Atomics.load(control, CONTROL.FLUSH_ASKED);
    writeAll(file, drain, control);
    if (asked !== Atomics.load(control, CONTROL.FLUSH_DONE)) {
      file.sync();
      signal(control, CONTROL.FLUSH_DONE, asked);
    }
    if (closing) break;
    Atomics.wait(control, CONTROL.WAKE, wake, FLUSH_EVERY_MS);
  }
  file.close();
}

function writeAll(file: AppendFile, drain: Drain, control: Int32Array): void {
  for (;;) {
    if (file.heldBytes < BATCH_LENGTH) file.append(drain.take(BATCH_LENGTH));
    const idle = file.heldBytes === 0;
    const written = file.flush();
    if (drain.consumed !== Atomics.load(control, CONTROL.CONSUMED)) signal(control, CONTROL.CONSUMED, drain.consumed);
    Atomics.store(control, CONTROL.ERRNO, file.errno);
    if (idle || !written) return;
  }
}

function signal(control: Int32Array, word: number, value: number): void {
  Atomics.store(control, word, value);
  Atomics.notify(control, word);
}

run(workerData as WriterThreadData);
