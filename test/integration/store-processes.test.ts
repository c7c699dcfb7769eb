import { statSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sleep } from "../../src/base/clock.ts";
import { storePaths } from "../../src/runs/layout.ts";
import { Database } from "../../src/store/driver.ts";
import { openStore } from "../../src/store/open-store.ts";
import { until } from "../support/processes.ts";
import { makeStoreFolder, RunFolder } from "../support/run-folder.ts";
import { randomNumbers } from "../support/seeded.ts";
import { type StoreProcess, storeProcesses, type StoreProcesses } from "../support/store-process.ts";

const KILLS = Number(process.env["TUNING_FORK_KILL_ROUNDS"] ?? 50);
const METRICS = Array.from({ length: 10 }, (_, i) => `train/metric_${i}`);
/** A commit is due after 131,072 points: about one in two rounds has one to die in, and all do once some died before it. */
const LINES_PER_ROUND = 6_000;

let processes: StoreProcesses;
let folder: ReturnType<typeof makeStoreFolder>;
beforeAll(async () => {
  processes = await storeProcesses();
});
afterAll(() => processes.end());
beforeEach(() => {
  folder = makeStoreFolder();
});
afterEach(() => folder.remove());

const valueAt = (metric: number, step: number): number => Math.sin(step * (metric + 1));

function logLines(run: RunFolder, fromStep: number, lines: number): void {
  run.events(
    ...Array.from({ length: lines }, (_, i) => {
      const step = fromStep + i;
      const values = Object.fromEntries(METRICS.map((name, metric) => [name, valueAt(metric, step)]));
      return { t: "metrics", timeMs: run.tick(), step, values } as const;
    }),
  );
}

/** What the database itself holds of each series: the series row's count, and the sum over its chunks. */
async function storedCounts(): Promise<{ n: number; inChunks: number }[]> {
  const db = await Database.open(storePaths(folder.root).database, "read");
  try {
    return await db.all("SELECT n, (SELECT sum(n) FROM chunk WHERE series_id = series.id) AS inChunks FROM series");
  } finally {
    await db.close();
  }
}

const inDatabase = async (): Promise<number> =>
  (await storedCounts().catch(() => [])).reduce((sum, { n }) => sum + n, 0);

/** Waits until a child is about at this point of its work; a commit may not come, then for a while. */
async function momentOf(moment: "opening" | "reading" | "committing", child: StoreProcess): Promise<void> {
  if (moment === "opening") return;
  await until("its store to open", () => child.news.length > 0);
  const sizeOf = () => statSync(`${storePaths(folder.root).database}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const before = sizeOf();
  for (let waited = 0; moment === "committing" && sizeOf() === before && waited < 1_000; waited++) await sleep(1);
}

describe("an ingesting process killed at any moment", () => {
  test(`leaves every point exactly once, after ${KILLS} kills`, async () => {
    const random = randomNumbers(4);
    const run = new RunFolder(folder.root).segment(1, 0).state("running");
    let lines = 0;
    const committed = new Set<number>();
    for (let round = 0; round < KILLS; round++) {
      logLines(run, lines + 1, LINES_PER_ROUND);
      lines += LINES_PER_ROUND;
      const child = processes.start({ root: folder.root, everyMs: 1 });
      await momentOf(random.pick(["opening", "reading", "committing"] as const), child);
      await sleep(random.integer(0, 60));
      await child.kill();
      expect(child.news.filter(({ error }) => error)).toEqual([]);
      committed.add(await inDatabase());
    }
    // Kills fell before, between and after commits.
    expect(committed.size).toBeGreaterThan(Math.min(3, KILLS / 4));

    run.state("finished");
    const store = await openStore(folder.root);
    await store.sync();
    try {
      for (const [metric, name] of METRICS.entries()) {
        const points = await store.series({ run: run.id, metric: name });
        expect(points.kind === "points" && points.steps.every((step, i) => step === i + 1)).toBe(true);
        expect(points.kind === "points" && points.values.every((value, i) => value === valueAt(metric, i + 1))).toBe(
          true,
        );
        expect(points.kind === "points" && points.values.length).toBe(lines);
        expect((await store.get(run.id))?.metrics[name]?.count).toBe(lines);
      }
    } finally {
      await store.close();
    }
    expect(await storedCounts()).toEqual(METRICS.map(() => ({ n: lines, inChunks: lines })));
  });
});

describe("two processes on one store", () => {
  test("one ingests, the other reads; when the first is killed the second takes over within 5 s", async () => {
    const run = new RunFolder(folder.root).segment(1, 0).state("running");
    const task = { root: folder.root, everyMs: 50, watch: { run: run.id, metric: METRICS[0]! } };
    logLines(run, 1, 20_000);
    const first = processes.start(task);
    await until("the first to commit", () => first.news.at(-1)?.count === 20_000);
    expect(await inDatabase()).toBeGreaterThan(0);
    const leaseOf = async () => {
      const db = await Database.open(storePaths(folder.root).database, "read");
      const row = await db.get<{ identity: string }>("SELECT identity FROM lease");
      await db.close();
      return row && (JSON.parse(row.identity) as { pid: number }).pid;
    };
    expect(await leaseOf()).toBe(first.pid);

    const second = processes.start(task);
    await until("the second to read the same", () => second.news.at(-1)?.count === 20_000);
    logLines(run, 20_001, 100);
    await until("both to follow the tail", () => [first, second].every(({ news }) => news.at(-1)?.count === 20_100));
    expect(await leaseOf()).toBe(first.pid);

    await first.kill();
    const killedMs = Date.now();
    logLines(run, 20_101, 20_000);
    for (;;) {
      if ((await leaseOf()) === second.pid) break;
      expect(Date.now() - killedMs).toBeLessThan(5_000);
      await sleep(50);
    }
    await until("the second to have read it all", () => second.news.at(-1)?.count === 40_100);
    expect([...first.news, ...second.news].filter(({ error }) => error)).toEqual([]);
    await second.kill();
  });

  test("a crowd that all write and read meets no lock error", async () => {
    const runs = Array.from({ length: 4 }, () => new RunFolder(folder.root).segment(1, 0).state("running"));
    const crowd = Array.from({ length: 4 }, (_, i) =>
      processes.start({ root: folder.root, everyMs: 1, watch: { run: runs[i]!.id, metric: METRICS[0]! } }),
    );
    for (let burst = 0; burst < 10; burst++) {
      for (const run of runs) logLines(run, burst * 500 + 1, 500);
      await sleep(50);
    }
    for (const run of runs) run.state("finished");
    await until("all to see everything", () => crowd.every(({ news }) => news.at(-1)?.count === 5_000));
    expect(crowd.flatMap(({ news }) => news.filter(({ error }) => error))).toEqual([]);
    for (const one of crowd) await one.kill();
  });
});

describe.skipIf(process.platform === "win32")("a disk that takes no more", () => {
  test("leaves the store intact and the answers whole", async () => {
    const run = new RunFolder(folder.root).segment(1, 0).state("running");
    logLines(run, 1, 15_000);
    const before = await openStore(folder.root);
    await before.sync();
    await before.close();
    logLines(run, 15_001, 30_000);
    const committed = await inDatabase();
    // A file may not grow beyond 1 MB: the write-ahead log reaches that in the first commit.
    const limited = processes.start(
      { root: folder.root, everyMs: 20, watch: { run: run.id, metric: METRICS[0]! } },
      "ulimit -f 1024; trap '' XFSZ",
    );
    await until("answers in spite of it", () => limited.news.at(-1)?.count === 45_000);
    await limited.kill();
    expect(limited.news.filter(({ error }) => error)).toEqual([]);
    expect(await inDatabase()).toBe(committed);

    const after = await openStore(folder.root);
    run.state("finished");
    await after.sync();
    expect((await after.get(run.id))?.metrics[METRICS[0]!]?.count).toBe(45_000);
    await after.close();
    expect(await storedCounts()).toEqual(METRICS.map(() => ({ n: 45_000, inChunks: 45_000 })));
  });
});
