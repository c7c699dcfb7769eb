import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sleep } from "../../../src/base/clock.ts";
import { createRandom } from "../../../src/base/random.ts";
import type { AlertEvent, AnyEvent, MetricsEvent } from "../../../src/journal/events.ts";
import { DirectJournalWriter, JournalWriter, type NewEvent } from "../../../src/journal/writer.ts";
import { bundle } from "../../support/bundle.ts";
import { randomEvents, readWhole, scratchFolder, stepsOf } from "../../support/journals.ts";

const folder = scratchFolder();
const options = { writer: "trainer", run: "01RUN", segment: 1, fromStep: 0 } as const;
let serial = 0;
const newPath = (): string => join(folder, `${++serial}.jsonl`);
let child: string;
beforeAll(async () => {
  renameSync(await bundle("../../src/journal/writer-thread.ts", folder), join(folder, "journal-thread.cjs"));
  child = await bundle("journal-child.ts", folder);
});

const rangeTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.each([
  ["JournalWriter", JournalWriter],
  ["DirectJournalWriter", DirectJournalWriter],
])("%s", (_, Writer) => {
  test("writes the header and every event, in order and exactly", async () => {
    const path = newPath();
    const events = randomEvents(createRandom(5), 2000);
    const writer = new Writer(path, { ...options, clock: () => 17 });
    for (const event of events) writer.write(event);
    writer.write({ t: "heartbeat" });
    await writer.close();
    const header: AnyEvent = {
      t: "journal",
      timeMs: 17,
      version: 1,
      writer: "trainer",
      run: "01RUN",
      segment: 1,
      fromStep: 0,
    };
    expect(readWhole(path)).toMatchObject({ damaged: 0 });
    expect(readWhole(path).events).toStrictEqual([header, ...events, { t: "heartbeat", timeMs: 17 }]);
    expect([writer.lost, writer.error]).toEqual([0, undefined]);
  });

  test("flushSync returns with everything in the file", async () => {
    const path = newPath();
    const writer = new Writer(path, options);
    for (const step of rangeTo(3000)) writer.write({ t: "metrics", step, values: { a: step } });
    writer.flushSync();
    expect(stepsOf(readWhole(path).events)).toEqual(rangeTo(3000));
    await writer.close();
  });

  test("ends the line its predecessor left torn, and appends", async () => {
    const path = newPath();
    writeFileSync(path, '{"t":"heartbeat","timeMs":1}\n{"t":"met');
    const writer = new Writer(path, { ...options, segment: 2, fromStep: 40 });
    await writer.close();
    const { events, damaged } = readWhole(path);
    expect(events).toMatchObject([{ t: "heartbeat" }, { t: "journal", segment: 2, fromStep: 40 }]);
    expect(damaged).toBe(1);
  });

  test("what cannot be written yet is kept and written when it can", async () => {
    const path = join(folder, `folder-${++serial}`, "events.jsonl");
    const writer = new Writer(path, options);
    writer.write({ t: "metrics", step: 1, values: { a: 1 } });
    writer.flushSync();
    expect(writer.error).toMatch(/cannot be written \(ENOENT: .*held in memory/);
    mkdirSync(dirname(path));
    writer.write({ t: "metrics", step: 2, values: { a: 2 } });
    writer.flushSync();
    expect(stepsOf(readWhole(path).events)).toEqual([1, 2]);
    expect([writer.lost, writer.error]).toEqual([0, undefined]);
    await writer.close();
  });

  test("beyond the bound events are dropped and counted, and the loss is told afterwards", async () => {
    const path = join(folder, `folder-${++serial}`, "events.jsonl");
    const writer = new Writer(path, options, 1000);
    const event: NewEvent = { t: "alert", level: "info", code: "", message: "x".repeat(10_000), step: null };
    for (let count = 0; count < 1000; count++) writer.write(event);
    writer.flushSync();
    const { lost } = writer;
    expect(lost).toBeGreaterThan(0);
    expect(writer.error).toContain(`${lost} events were dropped`);
    mkdirSync(dirname(path));
    writer.flushSync();
    writer.write({ t: "heartbeat" });
    await writer.close();
    expect(writer.lost).toBe(lost);
    const kept = readWhole(path).events.filter(({ t }) => t === "alert") as AlertEvent[];
    expect(kept).toHaveLength(1000 - lost + 1);
    expect(kept.filter(({ code }) => code === "journal-gap")).toMatchObject([
      { message: expect.stringContaining(`${lost} events`) },
    ]);
  });

  test("an event that cannot be encoded is counted, not thrown", async () => {
    const path = newPath();
    const writer = new Writer(path, options);
    const facts: Record<string, unknown> = {};
    facts["itself"] = facts;
    writer.write({ t: "start", total: 1, epochs: 1, stepsPerEpoch: 1, facts });
    writer.write({ t: "metrics", step: 1, values: { a: 1 } });
    await writer.close();
    expect(writer.lost).toBe(1);
    expect(stepsOf(readWhole(path).events)).toEqual([1]);
  });
});

describe("a trainer process that dies", () => {
  /** Starts the child; `lines` grows by what it says. */
  function start(
    task: object,
    shell?: string,
  ): { process: ChildProcess; lines: unknown[]; said: (count: number) => Promise<void>; gone: Promise<number | null> } {
    const command = [process.execPath, child, JSON.stringify(task)];
    const spawned = shell
      ? spawn("sh", ["-c", `${shell}; exec "$@"`, "sh", ...command])
      : spawn(command[0]!, command.slice(1));
    onTestFinished(() => void spawned.kill("SIGKILL"));
    const lines: unknown[] = [];
    const gone = new Promise<number | null>((resolve) => spawned.on("close", (code) => resolve(code)));
    createInterface({ input: spawned.stdout! }).on("line", (line) => lines.push(JSON.parse(line)));
    const said = async (count: number) => {
      while (lines.length < count && spawned.exitCode === null && spawned.signalCode === null) await sleep(5);
    };
    return { process: spawned, lines, said, gone };
  }

  test("SIGKILL while calls are rare: what was logged is there", async () => {
    const random = createRandom(6);
    const lostMs: number[] = [];
    for (let round = 0; round < 9; round++) {
      const path = newPath();
      const { process: trainer, lines, said, gone } = start({ mode: "paced", path, steps: 10_000, everyMs: 15 });
      await said(1 + random.int(25));
      await sleep(random.int(15));
      trainer.kill("SIGKILL");
      await gone;
      const written = new Set(stepsOf(readWhole(path).events));
      const missing = (lines as [number, number][]).filter(([step]) => !written.has(step));
      lostMs.push(missing.length === 0 ? 0 : missing.at(-1)![1] - missing[0]![1] + 15);
    }
    // On an overloaded machine the writing thread may wait some slices for a processor, now and then; a timer of 200 ms
    // instead of "at once" would lose something in nearly every round.
    expect(Math.max(...lostMs)).toBeLessThan(150);
    expect(lostMs.filter((ms) => ms === 0).length).toBeGreaterThanOrEqual(6);
  });

  test("SIGKILL while calls are frequent: at most the last 200 ms are lost", async () => {
    const path = newPath();
    const { process: trainer, lines, said, gone } = start({ mode: "paced", path, steps: 100_000, everyMs: 3 });
    await said(600);
    trainer.kill("SIGKILL");
    await gone;
    const [, saidMs] = lines.at(-1) as [number, number];
    const { events, damaged } = readWhole(path);
    const writtenMs = (events.at(-1) as MetricsEvent).timeMs;
    // The thread itself may get no processor for a while on a loaded machine.
    expect(saidMs - writtenMs).toBeLessThan(200 + 300);
    expect(stepsOf(events)).toEqual(rangeTo(stepsOf(events).length));
    expect(damaged).toBe(0);
  });

  test("lines reach the disk while the trainer's thread is blocked", async () => {
    const path = newPath();
    const { process: trainer, said, gone } = start({ mode: "blocked", path, steps: 500 });
    await said(1);
    for (let tries = 0; tries < 400 && stepsOf(readWhole(path).events).length < 500; tries++) await sleep(25);
    expect(stepsOf(readWhole(path).events)).toEqual(rangeTo(500));
    expect(trainer.exitCode).toBeNull();
    trainer.kill("SIGKILL");
    await gone;
  });

  test.each([
    ["process.exit", "exit", 3],
    ["an uncaught error", "throw", 1],
  ])("%s at once after a burst: everything is written", async (_, mode, code) => {
    const path = newPath();
    expect(await start({ mode, path, steps: 20_000 }).gone).toBe(code);
    expect(stepsOf(readWhole(path).events)).toEqual(rangeTo(20_000));
  });

  test("a limit on file size: the trainer lives, holds what does not fit, and drops beyond the bound", async () => {
    const path = newPath();
    const trainer = start({ mode: "overflow", path, steps: 40_000, heldLimit: 1 }, "ulimit -f 128");
    await trainer.said(1);
    const { lost, error } = trainer.lines[0] as { lost: number; error: string };
    expect(error).toMatch(/EFBIG: file too large.*dropped.*held in memory/);
    trainer.process.stdin!.write("go on\n");
    expect(await trainer.gone).toBe(0);
    const steps = stepsOf(readWhole(path).events);
    expect(steps).toEqual(rangeTo(steps.length));
    expect(steps.length).toBeGreaterThan(500);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(40_000 - steps.length);
  });

  const prlimit = spawnSync("prlimit", ["--version"]).status === 0;
  test.skipIf(!prlimit)(
    "once there is room again, what was held follows, the torn line whole (needs prlimit)",
    async () => {
      const path = newPath();
      const trainer = start({ mode: "overflow", path, steps: 20_000 }, "ulimit -S -f 100");
      await trainer.said(1);
      expect(readFileSync(path, "latin1").endsWith("\n")).toBe(false);
      expect(trainer.lines[0]).toMatchObject({ lost: 0, error: expect.stringContaining("EFBIG") });
      spawnSync("prlimit", [`--pid=${trainer.process.pid}`, "--fsize=unlimited:"]);
      trainer.process.stdin!.write("go on\n");
      expect(await trainer.gone).toBe(0);
      expect(trainer.lines[1]).toEqual({ lost: 0 });
      expect(readWhole(path)).toMatchObject({ damaged: 0 });
      expect(stepsOf(readWhole(path).events)).toEqual(rangeTo(20_000));
    },
  );
});
