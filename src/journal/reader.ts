import { join } from "node:path";
import { RUN_FILES } from "../runs/layout.ts";
import { decodeOrSalvage } from "./codec.ts";
import type { AnyEvent } from "./events.ts";
import { openJournalText } from "./journal-text.ts";

/** The journals of a run: the trainer's events, and what its runner saw. */
export type JournalName = "events" | "runner";

export interface JournalBatch {
  events: AnyEvent[];
  /** Byte offset in the uncompressed text after the last line read; where the next read goes on. */
  offset: number;
  /** Lines of this batch that could not be read wholly. */
  damaged: number;
}

const DEFAULT_BATCH_BYTES = 1 << 20;
const NEWLINE = 10;

/**
 * Reads a journal bit by bit from a byte offset, in whole lines: a torn last line is waited for, a line that cannot be
 * read is skipped and counted. Nothing in a file makes it throw, and a file that is not there (yet) has no events.
 * Offsets are those of the uncompressed text, so a cursor stays good when the journal is compressed meanwhile.
 */
export class JournalTail {
  readonly path: string;
  #offset: number;

  constructor(path: string, offset = 0) {
    this.path = path;
    this.#offset = offset;
  }

  /** Byte offset of the next line. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The lines added since the last call, of about `maxBytes` (one whole line at least, however long it is).
   * Nothing more to read now: no events and an unchanged offset.
   */
  read(maxBytes = DEFAULT_BATCH_BYTES): JournalBatch {
    const text = openJournalText(this.path);
    if (!text) return { events: [], offset: this.#offset, damaged: 0 };
    try {
      for (let budget = maxBytes; ; budget *= 2) {
        const bytes = text.readSome(this.#offset, budget);
        const end = bytes.lastIndexOf(NEWLINE);
        if (end >= 0) return this.#decode(bytes.toString("utf8", 0, end), end + 1);
        if (bytes.length === 0 || this.#offset + bytes.length >= text.size)
          return { events: [], offset: this.#offset, damaged: 0 };
      }
    } finally {
      text.close();
    }
  }

  #decode(text: string, byteLength: number): JournalBatch {
    const events: AnyEvent[] = [];
    let damaged = 0;
    for (const line of text.split("\n")) {
      if (line.trim() === "") continue;
      const decoded = decodeOrSalvage(line);
      events.push(...decoded.events);
      if (decoded.damaged) damaged++;
    }
    this.#offset += byteLength;
    return { events, offset: this.#offset, damaged };
  }
}

/** Every event of one of a run's journals, live or compressed, in the order written; in bounded memory. */
export function* readJournal(runDir: string, name: JournalName): Generator<AnyEvent, void, undefined> {
  const tail = new JournalTail(join(runDir, RUN_FILES[name]));
  for (;;) {
    const before = tail.offset;
    const { events, offset } = tail.read();
    if (offset === before) return;
    yield* events;
  }
}

/** Whether a run has this journal, in either form. */
export function journalExists(runDir: string, name: JournalName): boolean {
  const text = openJournalText(join(runDir, RUN_FILES[name]));
  text?.close();
  return text !== undefined;
}
