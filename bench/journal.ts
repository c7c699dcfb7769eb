/** What logging costs a trainer: the time of one call with ten metrics, and how fast lines are read back. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "../src/base/clock.ts";
import { encodeEvent } from "../src/journal/codec.ts";
import { JournalTail } from "../src/journal/reader.ts";
import { JournalWriter } from "../src/journal/writer.ts";
import { percentile, type Report } from "./lib/report.ts";
import { timed } from "./lib/timing.ts";

const AREA = "journal";
const METRICS = 10;
const ROUNDS = 5;
const US_PER_MS = 1000;
const GOALS = { p50: "≤ 2", p99: "≤ 50", max: "≤ 5000" } as const;

/** How calls follow one another. */
interface Pace {
  name: string;
  calls: number;
  /** Pause before each call; 0 = none. */
  pauseMs: number;
  goals: boolean;
}

const PACES: Pace[] = [
  { name: "back to back", calls: 100_000, pauseMs: 0, goals: true },
  { name: "one each 2 ms", calls: 1_000, pauseMs: 2, goals: false },
  { name: "one each 20 ms, each written at once", calls: 100, pauseMs: 20, goals: false },
];

type Values = Record<string, number>;
type Log = (step: number, values: Values) => void;

export async function bench(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-bench-"));
  try {
    for (const pace of PACES) {
      const rounds: number[][] = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await withWriter(join(folder, "events.jsonl"), pace));
      addCosts(report, `log call, ${pace.name}`, rounds, pace.goals);
    }
    const baseline: number[][] = [];
    for (let round = 0; round < ROUNDS; round++)
      baseline.push(await withWrites(join(folder, "baseline.jsonl"), PACES[0]!));
    addCosts(report, "log call, baseline: JSON line written within the call", baseline, false);
    const idle: number[][] = [];
    for (let round = 0; round < ROUNDS; round++) idle.push(await costsOf(PACES[0]!, spin));
    addCosts(report, "log call, baseline: 2 µs of waiting (what the machine itself adds)", idle, false);
    await readBack(report, join(folder, "events.jsonl"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withWriter(path: string, pace: Pace): Promise<number[]> {
  rmSync(path, { force: true });
  const writer = new JournalWriter(path, { writer: "trainer", run: "bench", segment: 1, fromStep: 0 });
  const costs = await costsOf(pace, (step, values) => writer.write({ t: "metrics", step, values }));
  await writer.close();
  if (writer.lost > 0) throw new Error(`${writer.lost} events were lost`);
  return costs;
}

function spin(): void {
  for (const untilMs = performance.now() + 0.002; performance.now() < untilMs;);
}

async function withWrites(path: string, pace: Pace): Promise<number[]> {
  const fd = openSync(path, "w");
  const costs = await costsOf(pace, (step, values) => {
    writeSync(fd, `${encodeEvent({ t: "metrics", timeMs: Date.now(), step, values })}\n`);
  });
  closeSync(fd);
  return costs;
}

/** Microseconds of each call. */
async function costsOf({ calls, pauseMs }: Pace, log: Log): Promise<number[]> {
  const costs: number[] = [];
  for (let step = 1; step <= calls; step++) {
    const values: Values = {};
    for (let metric = 0; metric < METRICS; metric++) values[`train/metric_${metric}`] = Math.random();
    if (pauseMs > 0) await sleep(pauseMs);
    const startMs = performance.now();
    log(step, values);
    costs.push((performance.now() - startMs) * US_PER_MS);
  }
  return costs;
}

function addCosts(report: Report, name: string, rounds: number[][], goals: boolean): void {
  const of = (share: number) => rounds.map((costs) => percentile(costs, share));
  for (const [figure, share] of [
    ["p50", 0.5],
    ["p99", 0.99],
    ["max", 1],
  ] as const) {
    report.add({
      area: AREA,
      name: `${name}: ${figure}`,
      unit: "µs",
      samples: of(share),
      ...(goals && { goal: GOALS[figure] }),
    });
  }
}

async function readBack(report: Report, path: string): Promise<void> {
  const writer = new JournalWriter(path, { writer: "trainer", run: "bench", segment: 1, fromStep: 0 });
  await costsOf({ ...PACES[0]! }, (step, values) => writer.write({ t: "metrics", step, values }));
  await writer.close();
  let points = 0;
  const samples = await timed(ROUNDS, () => {
    points = METRICS * countLines(path);
    return Promise.resolve();
  });
  report.add({
    area: AREA,
    name: "journal text to events",
    unit: "points/s",
    samples: samples.map((ms) => (points * 1000) / ms),
  });
}

function countLines(path: string): number {
  const tail = new JournalTail(path);
  let lines = 0;
  for (let before = -1; before !== tail.offset;) {
    before = tail.offset;
    lines += tail.read().events.length;
  }
  return lines;
}
