import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { encodeEvent } from "../../../src/journal/codec.ts";
import type { AnyEvent } from "../../../src/journal/events.ts";
import { journalExists, JournalTail, readJournal } from "../../../src/journal/reader.ts";
import { randomEvents, readWhole, scratchFolder } from "../../support/journals.ts";

const folder = scratchFolder();
let serial = 0;
const newFile = (content: string | Buffer): string => {
  const path = join(folder, `${++serial}.jsonl`);
  writeFileSync(path, content);
  return path;
};
const linesOf = (events: AnyEvent[]): string => events.map((event) => `${encodeEvent(event)}\n`).join("");

describe("JournalTail", () => {
  test("a file that is not there has no events, and is read once it comes", () => {
    const path = join(folder, "later.jsonl");
    const tail = new JournalTail(path);
    expect(tail.read()).toStrictEqual({ events: [], offset: 0, damaged: 0 });
    writeFileSync(path, '{"t":"heartbeat","timeMs":1}\n');
    expect(tail.read().events).toStrictEqual([{ t: "heartbeat", timeMs: 1 }]);
  });

  test("waits for the end of a torn last line, also in the middle of a character", () => {
    const line = Buffer.from(
      `${encodeEvent({ t: "alert", timeMs: 1, level: "info", code: "", message: "損失", step: null })}\n`,
    );
    const path = newFile("");
    const tail = new JournalTail(path);
    for (const byte of line.subarray(0, -1)) {
      appendFileSync(path, Buffer.of(byte));
      expect(tail.read()).toStrictEqual({ events: [], offset: 0, damaged: 0 });
    }
    appendFileSync(path, "\n");
    expect(tail.read()).toMatchObject({ events: [{ message: "損失" }], offset: line.length });
  });

  test("reads in pieces of any size, and goes on from any offset it gave", () => {
    const events = randomEvents(createRandom(2), 60);
    const path = newFile(linesOf(events));
    for (const bytes of [1, 7, 100, 5000]) {
      const read: AnyEvent[] = [];
      let offset = 0;
      for (;;) {
        const batch = new JournalTail(path, offset).read(bytes);
        if (batch.offset === offset) break;
        read.push(...batch.events);
        offset = batch.offset;
      }
      expect(read).toStrictEqual(events);
    }
  });

  test("an empty line is nothing, a garbled one is skipped and counted", () => {
    const path = newFile('\n{"t":"heartbeat","timeMs":1}\r\n\n%%%\n{"t":"heartbeat","timeMs":2}\n');
    expect(readWhole(path)).toMatchObject({ events: [{ timeMs: 1 }, { timeMs: 2 }], damaged: 1 });
  });
});

describe("a journal damaged anywhere", () => {
  const random = createRandom(3);
  const events = randomEvents(random, 25);
  const text = Buffer.from(linesOf(events));
  const ends = [...text.entries()].filter(([, byte]) => byte === 10).map(([at]) => at);

  test("truncated at every byte: every line that is whole is read, and the next process's lines too", () => {
    const path = newFile("");
    const later: AnyEvent = { t: "heartbeat", timeMs: 7 };
    for (let length = 0; length <= text.length; length++) {
      const whole = events.slice(0, ends.filter((at) => at < length).length);
      writeFileSync(path, text.subarray(0, length));
      expect(readWhole(path, 512)).toMatchObject({ events: whole, damaged: 0 });
      const torn = length > 0 && text[length - 1] !== 10;
      // The line may be whole but for its newline, which the next writer adds.
      const ended = torn && ends.includes(length) ? [events[whole.length]!] : [];
      appendFileSync(path, `${torn ? "\n" : ""}${encodeEvent(later)}\n`);
      expect(readWhole(path).events).toStrictEqual([...whole, ...ended, later]);
    }
  });

  test("torn and joined with the next line, by a writer that did not end it: the next line is read", () => {
    const path = newFile("");
    const later: AnyEvent = { t: "end", timeMs: 7, outcome: "finished", step: 1 };
    for (let length = 0; length <= text.length; length++) {
      writeFileSync(path, Buffer.concat([text.subarray(0, length), Buffer.from(`${encodeEvent(later)}\n`)]));
      expect(readWhole(path).events.at(-1)).toStrictEqual(later);
    }
  });

  test("flipped bits: no line but those touched is lost", () => {
    const path = newFile("");
    for (let round = 0; round < 4000; round++) {
      const damaged = Buffer.from(text);
      const at = random.int(text.length);
      damaged[at]! ^= 1 << random.int(8);
      writeFileSync(path, damaged);
      const touched = ends.filter((end) => end < at).length;
      const read = readWhole(path).events;
      const kept = [...events.slice(0, touched), ...events.slice(touched + 1)];
      // The line with the flip may have come through changed, in two, or not at all; all others as they were, in order.
      const before = read.slice(0, touched);
      const after = read.slice(read.length - (kept.length - touched));
      expect([...before, ...after]).toStrictEqual(kept);
    }
  });

  test("bytes that are no text at all", () => {
    const noise = Buffer.from(Array.from({ length: 20_000 }, () => random.int(256)));
    const path = newFile(Buffer.concat([noise, Buffer.from("\n"), text]));
    expect(readWhole(path).events).toStrictEqual(events);
  });
});

test("readJournal gives the journals of a run's folder", () => {
  const runDir = join(folder, "run");
  mkdirSync(runDir);
  expect(journalExists(runDir, "events")).toBe(false);
  const events = randomEvents(createRandom(4), 200);
  writeFileSync(join(runDir, "events.jsonl"), linesOf(events));
  expect(journalExists(runDir, "events")).toBe(true);
  expect([...readJournal(runDir, "events")]).toStrictEqual(events);
  expect([...readJournal(runDir, "runner")]).toEqual([]);
});
