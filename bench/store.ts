/** The store beside a table of rows: ingest, size, overviews, zoom, lists, memory. Alone: `node store.cjs --alone`. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compressJournals } from "../src/journal/compress.ts";
import { STORE_FOLDER, storePaths } from "../src/runs/layout.ts";
import { openStore } from "../src/store/open-store.ts";
import type { RunStore } from "../src/store/port.ts";
import { Report } from "./lib/report.ts";
import { insertRows } from "./lib/row-baseline.ts";
import { type RunData, writeRun } from "./lib/run-data.ts";
import { timed } from "./lib/timing.ts";

const AREA = "store";
const PIXELS = 1_000;
const MILLION = 1_000_000;

export async function bench(report: Report): Promise<void> {
  await inFolder((folder) => ingest(report, folder));
  for (const single of [false, true]) await inFolder((folder) => size(report, folder, single));
  await inFolder((folder) => overviews(report, folder));
  for (const [runs, goal] of [
    [1_000, "≤ 150"],
    [10_000, "≤ 400"],
  ] as const) {
    await inFolder((folder) => lists(report, folder, runs, goal));
  }
}

async function ingest(report: Report, folder: string): Promise<void> {
  const perSecond: number[] = [];
  const rows: number[] = [];
  for (let round = 0; round < 5; round++) {
    const root = makeRoot(join(folder, String(round)));
    const data: RunData = { metrics: 10, steps: MILLION / 10 };
    writeRun(root, data);
    const [ms] = await timed(1, async () => (await filled(root)).close());
    perSecond.push((data.metrics * data.steps) / (ms! / 1000));
    rows.push((await insertRows(join(folder, String(round)), 200_000)).perSecond);
  }
  report.add({ area: AREA, name: "durable ingest", unit: "points/s", samples: perSecond, goal: "≥ 640000" });
  report.add({ area: AREA, name: "durable ingest, baseline rows", unit: "points/s", samples: rows });
}

async function size(report: Report, folder: string, single: boolean): Promise<void> {
  const root = makeRoot(folder);
  const id = writeRun(root, { metrics: 10, steps: MILLION / 10, single });
  await (await filled(root)).close();
  await compressJournals(storePaths(root).run(id));
  const values = single ? "float32 values" : "float64 values";
  const database = statSync(storePaths(root).database).size / MILLION;
  const journal = bytesIn(storePaths(root).run(id)) / MILLION;
  report.add({ area: AREA, name: `database, ${values}`, unit: "bytes/point", samples: [database], goal: "≤ 17" });
  report.add({
    area: AREA,
    name: `database and journal of a finished run, ${values}`,
    unit: "bytes/point",
    samples: [database + journal],
    goal: "≤ 20",
  });
  if (!single) {
    const { bytes } = await insertRows(folder, MILLION);
    report.add({ area: AREA, name: "database, baseline rows", unit: "bytes/point", samples: [bytes] });
  }
}

async function overviews(report: Report, folder: string): Promise<void> {
  const root = makeRoot(folder);
  const million = writeRun(root, { metrics: 1, steps: MILLION });
  const ten = writeRun(root, { metrics: 10, steps: MILLION / 10 });
  const small = Array.from({ length: 100 }, () => writeRun(root, { metrics: 1, steps: 10_000 }));
  const large = Array.from({ length: 100 }, () => writeRun(root, { metrics: 1, steps: 100_000 }));
  const store = await filled(root);
  const one = { metric: "train/metric_0", buckets: PIXELS };
  const overview = (run: string) => ({ run, ...one });
  const ask = async (name: string, goal: string | undefined, rounds: number, work: () => Promise<unknown>) =>
    report.add({ area: AREA, name, unit: "ms", samples: await timed(rounds, work, 1), ...(goal ? { goal } : {}) });
  await ask("overview, 1 run × 1M points", undefined, 15, () => store.series(overview(million)));
  await ask("overview, ten series of a 1M-point run", "≤ 30", 15, () =>
    store.seriesMany(
      Array.from({ length: 10 }, (_, i) => ({ run: ten, metric: `train/metric_${i}`, buckets: PIXELS })),
    ),
  );
  await ask("overview, 100 runs × 10k points", "≤ 100", 9, () => store.seriesMany(small.map(overview)));
  await ask("overview, 100 runs × 100k points", "≤ 1000", 9, () => store.seriesMany(large.map(overview)));
  await ask("zoom to 1 %, 1 run × 1M points", "≤ 50", 15, () =>
    store.series({ ...overview(million), from: 495_000, to: 505_000 }),
  );
  await ask("zoom to 1 %, 100 runs × 100k points", "≤ 50", 9, () =>
    store.seriesMany(large.map((run) => ({ ...overview(run), from: 49_500, to: 50_500 }))),
  );
  await store.close();
  const child = (...args: string[]): number => Number(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout);
  const used = child(process.argv[1]!, "--reader", root, million, ...large);
  const bare = child(process.argv[1]!, "--idle");
  const name = "memory of a process doing these reads";
  report.add({ area: AREA, name, unit: "MB", samples: [used], goal: "≤ 60" });
  report.add({ area: AREA, name: `${name}, beyond the same bundle idle`, unit: "MB", samples: [used - bare] });
}

async function lists(report: Report, folder: string, runs: number, goal: string): Promise<void> {
  const root = makeRoot(folder);
  for (let i = 0; i < runs; i++) writeRun(root, { metrics: 20, steps: 3 });
  const [firstMs] = await timed(1, async () => (await filled(root)).close());
  const name = `${runs.toLocaleString("en")} runs × 20 metrics`;
  report.add({ area: AREA, name: `first look at ${name}`, unit: "ms", samples: [firstMs!] });
  const cold = await timed(7, async () => {
    const store = await openStore(root);
    await store.list();
    await store.close();
  });
  report.add({ area: AREA, name: `open, list, close, ${name}`, unit: "ms", samples: cold, goal });
  for (const worker of [false, true]) {
    const store = await openStore(root, { worker });
    const samples = await timed(7, () => store.list(), 1);
    report.add({ area: AREA, name: `list${worker ? " through the worker" : ""}, ${name}`, unit: "ms", samples, goal });
    await store.close();
  }
}

/** The reads of an editor showing charts, in a process of its own. */
async function reader(root: string, million: string, runs: string[]): Promise<void> {
  const store = await openStore(root);
  const one = { metric: "train/metric_0", buckets: PIXELS };
  for (let round = 0; round < 3; round++) {
    await store.series({ run: million, ...one });
    await store.series({ run: million, ...one, from: 495_000, to: 505_000 });
    await store.seriesMany(runs.map((run) => ({ run, ...one })));
    await store.list();
  }
  await store.close();
  printPeak();
}

/**
 * Prints the most memory this process had, in MB. Not `resourceUsage().maxRSS`: Linux carries that over from the process that
 * started this one.
 */
function printPeak(): void {
  const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? [];
  process.stdout.write(
    String(kilobytes === undefined ? process.memoryUsage().rss / 2 ** 20 : Number(kilobytes) / 1024),
  );
}

async function filled(root: string): Promise<RunStore> {
  const store = await openStore(root);
  await store.sync();
  return store;
}

function makeRoot(folder: string): string {
  const root = join(folder, STORE_FOLDER);
  mkdirSync(storePaths(root).runs, { recursive: true });
  return root;
}

const bytesIn = (dir: string): number =>
  readdirSync(dir).reduce((sum, name) => sum + (name.includes(".jsonl") ? statSync(join(dir, name)).size : 0), 0);

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-bench-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === "--idle") printPeak();
if (process.argv[2] === "--reader") void reader(process.argv[3]!, process.argv[4]!, process.argv.slice(5));
if (process.argv[2] === "--alone") {
  const report = new Report();
  void bench(report).then(() => console.log(report.table()));
}
