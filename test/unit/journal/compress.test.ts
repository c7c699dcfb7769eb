import { spawn } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sleep } from "../../../src/base/clock.ts";
import { createRandom } from "../../../src/base/random.ts";
import { encodeEvent } from "../../../src/journal/codec.ts";
import { compressJournals, thawJournals } from "../../../src/journal/compress.ts";
import type { AnyEvent } from "../../../src/journal/events.ts";
import { openJournalText, packedPath } from "../../../src/journal/journal-text.ts";
import { JournalTail, journalExists, readJournal } from "../../../src/journal/reader.ts";
import { RUN_FILES, runFile } from "../../../src/runs/layout.ts";
import { bundle } from "../../support/bundle.ts";
import { randomEvents, readWhole, scratchFolder, stepsOf } from "../../support/journals.ts";

const folder = scratchFolder();
const random = createRandom(8);

/** A run's folder with both journals, the trainer's several blocks long. */
function makeRun(count = 20_000): { runDir: string; events: AnyEvent[]; path: string; packed: string } {
  const runDir = mkdtempSync(join(folder, "run-"));
  const events = randomEvents(random, count);
  const path = runFile(runDir, "events");
  writeFileSync(path, events.map((event) => `${encodeEvent(event)}\n`).join(""));
  writeFileSync(runFile(runDir, "runner"), '{"t":"heartbeat","timeMs":1}\n{"t":"heart');
  return { runDir, events, path, packed: packedPath(path) };
}
const read = (runDir: string): AnyEvent[] => [...readJournal(runDir, "events")];

describe("a finished run's journals", () => {
  test("are packed, read as before, and come back byte by byte", async () => {
    const { runDir, events, path, packed } = makeRun();
    const before = { events: readFileSync(path), runner: readFileSync(runFile(runDir, "runner")) };
    await compressJournals(runDir);
    expect(readdirSync(runDir).sort()).toEqual([RUN_FILES.eventsCompressed, RUN_FILES.runnerCompressed]);
    expect(statSync(packed).size).toBeLessThan(before.events.length / 3);
    expect(journalExists(runDir, "events")).toBe(true);
    expect(read(runDir)).toStrictEqual(events);
    expect([...readJournal(runDir, "runner")]).toStrictEqual([{ t: "heartbeat", timeMs: 1 }]);
    await thawJournals(runDir);
    expect(readdirSync(runDir).sort()).toEqual([RUN_FILES.events, RUN_FILES.runner]);
    expect(readFileSync(path).equals(before.events)).toBe(true);
    expect(readFileSync(runFile(runDir, "runner")).equals(before.runner)).toBe(true);
  });

  test("both again, and on a run without journals, change nothing", async () => {
    const { runDir, events } = makeRun(50);
    await thawJournals(runDir);
    await compressJournals(runDir);
    await compressJournals(runDir);
    expect(read(runDir)).toStrictEqual(events);
    const empty = mkdtempSync(join(folder, "run-"));
    await compressJournals(empty);
    await thawJournals(empty);
    expect(readdirSync(empty)).toEqual([]);
  });

  test("an offset taken before is good after, and reads of any size give the same", async () => {
    const { runDir, events, path } = makeRun();
    const tail = new JournalTail(path);
    const first = tail.read(100_000).events;
    await compressJournals(runDir);
    const second = tail.read(50_000).events;
    const rest = readWhole(path, 300_000).events.slice(first.length + second.length);
    expect([...first, ...second, ...rest]).toStrictEqual(events);
    const text = openJournalText(path)!;
    const { offset } = readWhole(path);
    expect(text.size).toBe(offset);
    expect(text.read(offset - 10, 100)).toHaveLength(10);
    expect(text.read(3, 2_000_000).length).toBe(2_000_000);
    text.close();
  });

  test("a resume appends after thawing", async () => {
    const { runDir, events, path } = makeRun(100);
    await compressJournals(runDir);
    await thawJournals(runDir);
    appendFileSync(path, '{"t":"heartbeat","timeMs":5}\n');
    expect(read(runDir)).toStrictEqual([...events, { t: "heartbeat", timeMs: 5 }]);
  });

  test("a line longer than a block", async () => {
    const { runDir, path } = makeRun(10);
    const rows = Array.from({ length: 100_000 }, (_, at) => [`row ${at}`, at]);
    const table: AnyEvent = { t: "table", timeMs: 1, name: "big", step: 1, columns: ["text", "row"], rows };
    appendFileSync(path, `${encodeEvent(table)}\n{"t":"heartbeat","timeMs":2}\n`);
    const before = read(runDir);
    await compressJournals(runDir);
    expect(read(runDir)).toStrictEqual(before);
    expect(before.slice(-2)).toStrictEqual([table, { t: "heartbeat", timeMs: 2 }]);
  });
});

describe("interrupted", () => {
  test("while the packed form is written: the plain one is read, and a second try ends it", async () => {
    const { runDir, events, packed } = makeRun(500);
    writeFileSync(`${packed}.tmp`, "half of it");
    expect(read(runDir)).toStrictEqual(events);
    await compressJournals(runDir);
    expect(readdirSync(runDir)).toHaveLength(2);
    expect(read(runDir)).toStrictEqual(events);
  });

  test("before the plain form is removed, or before the packed one is: both are there, either way on", async () => {
    for (const [goOn, left] of [
      [compressJournals, RUN_FILES.eventsCompressed],
      [thawJournals, RUN_FILES.events],
    ] as const) {
      const { runDir, events, path } = makeRun(500);
      copyFileSync(path, `${path}.kept`);
      await compressJournals(runDir);
      copyFileSync(`${path}.kept`, path);
      expect(read(runDir)).toStrictEqual(events);
      await goOn(runDir);
      expect(readdirSync(runDir).filter((name) => name.startsWith("events.") && !name.endsWith(".kept"))).toEqual([
        left,
      ]);
      expect(read(runDir)).toStrictEqual(events);
    }
  });

  test("while the plain form is written: the packed one is read, and a second try ends it", async () => {
    const { runDir, events, path } = makeRun(500);
    await compressJournals(runDir);
    writeFileSync(`${path}.tmp`, "half of it");
    expect(read(runDir)).toStrictEqual(events);
    await thawJournals(runDir);
    expect(read(runDir)).toStrictEqual(events);
    expect(readdirSync(runDir)).toHaveLength(2);
  });

  test("a plain form that lost its end is not believed", async () => {
    const { runDir, events, path, packed } = makeRun(500);
    copyFileSync(path, `${path}.kept`);
    await compressJournals(runDir);
    copyFileSync(`${path}.kept`, path);
    truncateSync(path, 1000);
    expect(read(runDir)).toStrictEqual(events);
    await thawJournals(runDir);
    expect(existsSync(packed)).toBe(false);
    expect(read(runDir)).toStrictEqual(events);
  });

  test("by SIGKILL at any moment, over and over: the journal is whole", async () => {
    const { runDir, events } = makeRun(3000);
    const child = await bundle("journal-child.ts", mkdtempSync(join(folder, "child-")));
    for (let round = 0; round < 8; round++) {
      const packing = spawn(process.execPath, [child, JSON.stringify({ mode: "pack", path: runDir })]);
      await once(packing.stdout, "data");
      await sleep(random.int(120));
      packing.kill("SIGKILL");
      await once(packing, "exit");
      expect(read(runDir)).toStrictEqual(events);
    }
  });
});

describe("a damaged packed journal", () => {
  test("a flipped bit loses the block it is in, counted as one line; nothing throws", async () => {
    const { runDir, events, path, packed } = makeRun();
    await compressJournals(runDir);
    const good = readFileSync(packed);
    const steps = stepsOf(events);
    let lostSome = 0;
    for (let round = 0; round < 60; round++) {
      const bad = Buffer.from(good);
      const at = 8 + random.int(bad.length - 8);
      bad[at]! ^= 1 << random.int(8);
      writeFileSync(packed, bad);
      const { events: kept, damaged } = readWhole(path);
      expect(damaged).toBe(1);
      expect(steps.join()).toContain(stepsOf(kept.slice(0, 10)).join());
      if (kept.length < events.length) lostSome++;
    }
    expect(lostSome).toBeGreaterThan(0);
  });

  test("cut anywhere: what is before the cut is read", async () => {
    const { runDir, events, path, packed } = makeRun();
    await compressJournals(runDir);
    const { size } = statSync(packed);
    for (const length of [size - 1, Math.floor(size / 2), 30, 8, 3, 0]) {
      truncateSync(packed, length);
      const { events: kept, damaged } = readWhole(path);
      expect(kept).toStrictEqual(events.slice(0, kept.length));
      expect(kept.length).toBeLessThan(events.length);
      expect(damaged).toBe(length > 8 ? 1 : 0);
    }
  });
});
