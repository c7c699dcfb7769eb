/** The pages in a browser over real stores: how soon a curve is seen, and what a live page costs. */
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../test/support/pages/browser.ts";
import { watchIdleProcess } from "./lib/idle-turns.ts";
import { logInOtherProcess, type LiveLogging } from "./lib/live-writer.ts";
import { startPageHost, type PageHost } from "./lib/page-host.ts";
import { firstCurves, redraw, watchDrawing } from "./lib/page-probe.ts";
import type { Scenario } from "./lib/page-scenarios.ts";
import { median, percentile, type Report } from "./lib/report.ts";

const AREA = "pages";
const MILLION = 1_000_000;
const CHARTS = 10;
const ROUNDS = 7;
/** Pages of the same run opened one after another in a round, each after one of another run. */
const CLICKS = 3;
const REST_MS = 500;
const LIVE = { runs: 4, metrics: 10, hz: 10, seconds: 20 } as const;
/** An hour's worth of points at the pace above, in less time. */
const HOUR = { points: 3600 * LIVE.hz, seconds: 60 } as const;
const SIZE = { width: 1440, height: 900 };

/** The browser, and the host of the pages it shows. */
interface Pages {
  browser: Browser;
  host: PageHost;
}

export async function bench(report: Report): Promise<void> {
  const host = await startPageHost();
  try {
    const browser = await launchBrowser();
    try {
      const pages = { browser, host };
      await opening(report, pages);
      await manySeries(report, pages);
      await live(report, pages);
      await memory(report, pages);
    } finally {
      await browser.close();
    }
  } finally {
    await host.close();
  }
}

/** A tab of a browser that has seen nothing yet, with the probe in each page it will show. */
async function newTab(pages: Pages) {
  const context = await pages.browser.newContext({ viewport: SIZE, reducedMotion: "reduce" });
  const tab = await context.newPage();
  await watchDrawing(tab);
  return { tab, close: () => context.close() };
}

async function show({ host }: Pages, tab: Page, scenario: Scenario): Promise<void> {
  await host.runs(scenario);
  await tab.goto(`${host.url}/page/${scenario.page}?scenario=${scenario.name}&theme=dark&lang=en`);
}

async function open(pages: Pages, scenario: Scenario) {
  const { tab, close } = await newTab(pages);
  await show(pages, tab, scenario);
  return { tab, close };
}

async function opening(report: Report, pages: Pages): Promise<void> {
  const finished = { page: "run", count: 1, state: "finished" } as const;
  const scenario = { ...finished, name: "bench-million", data: { metrics: CHARTS, steps: MILLION / CHARTS } };
  const before = { ...finished, name: "bench-before", data: { metrics: CHARTS, steps: 1000 } };
  const samples: Record<"cold" | "warm" | "zoomed" | "settled", number[]> = {
    cold: [],
    warm: [],
    zoomed: [],
    settled: [],
  };
  for (let round = -1; round < ROUNDS; round++) {
    const { tab, close } = await newTab(pages);
    await show(pages, tab, scenario);
    const cold = await firstCurves(tab, 1);
    await tab.waitForTimeout(REST_MS);
    const warm: number[] = [];
    for (let click = 0; click < CLICKS; click++) {
      await show(pages, tab, before);
      await firstCurves(tab, 1);
      await tab.waitForTimeout(REST_MS);
      await show(pages, tab, scenario);
      warm.push((await firstCurves(tab, 1)).firstMs);
      await tab.waitForTimeout(REST_MS);
    }
    const zoom = await zoomIn(tab);
    await close();
    if (round < 0) continue;
    samples.cold.push(cold.firstMs);
    samples.warm.push(...warm);
    samples.zoomed.push(zoom.firstMs);
    samples.settled.push(zoom.settledMs);
  }
  const name = `1M points, ${CHARTS} charts`;
  const add = (what: string, of: number[], goal?: string): void =>
    report.add({
      area: AREA,
      name: `${what}, ${name}`,
      unit: "ms",
      samples: of,
      ...(goal === undefined ? {} : { goal }),
    });
  add("another run's page → first curve", samples.warm, "≤ 250");
  add("first page of a new browser → first curve", samples.cold);
  add("zoom → pixels", samples.zoomed, "≤ 100");
  add("zoom → last chart redrawn", samples.settled);
}

async function zoomIn(tab: Page): Promise<{ firstMs: number; settledMs: number }> {
  const box = await tab.locator("canvas").first().boundingBox();
  if (!box) throw new Error("The first chart has no place on the page.");
  const y = box.y + box.height / 2;
  return redraw(
    tab,
    async () => {
      await tab.mouse.move(box.x + box.width * 0.4, y);
      await tab.mouse.down();
      await tab.mouse.move(box.x + box.width * 0.6, y, { steps: 4 });
      await tab.mouse.up();
    },
    800,
  );
}

async function manySeries(report: Report, pages: Pages): Promise<void> {
  const data = { metrics: 1, steps: 1000 };
  const { tab, close } = await open(pages, {
    name: "bench-hundred",
    page: "compare",
    count: 100,
    data,
    state: "finished",
  });
  await firstCurves(tab, 1);
  await tab.waitForTimeout(1000);
  const chart = tab.getByRole("img").first();
  await chart.focus();
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    samples.push((await redraw(tab, () => tab.keyboard.press("l"), 500)).firstMs);
  report.add({ area: AREA, name: "100 series in one chart, redraw", unit: "ms", samples, goal: "≤ 100" });
  await close();
}

async function live(report: Report, pages: Pages): Promise<void> {
  const { host } = pages;
  const data = { metrics: LIVE.metrics, steps: 500 };
  const scenario = { name: "bench-live", page: "compare", count: LIVE.runs, data, state: "running" } as const;
  const runs = await host.runs(scenario);
  const { tab, close } = await open(pages, scenario);
  await firstCurves(tab, 1);
  const log = (fromStep: number): Promise<void> => logged({ ...LIVE, runs, fromStep });
  const beforeMs = await host.processorMs();
  const startMs = performance.now();
  await log(501);
  const share = ((await host.processorMs()) - beforeMs) / (performance.now() - startMs);
  // Watching turns takes the processor too, so it has a stretch of its own.
  const idle = watchIdleProcess();
  await host.watchTurns();
  await log(501 + LIVE.hz * LIVE.seconds);
  const turns = await host.endTurns();
  const idleTurns = await idle.end();
  await tab.waitForTimeout(1000);
  const latencies = await tab.evaluate(() => window.benchNotes.latenciesMs);
  const name = `${LIVE.runs} live runs × ${LIVE.metrics} metrics × ${LIVE.hz} Hz`;
  const expected = 2 * LIVE.runs * LIVE.hz * LIVE.seconds;
  if (latencies.length < expected)
    throw new Error(`${latencies.length} points were drawn; at least ${expected} were logged.`);
  report.add({ area: AREA, name: `log call → pixel, p50, ${name}`, unit: "ms", samples: [median(latencies)] });
  report.add({
    area: AREA,
    name: `log call → pixel, p95, ${name}`,
    unit: "ms",
    samples: [percentile(latencies, 0.95)],
    goal: "≤ 500",
  });
  const add = (what: string, ms: number, goal?: string): void =>
    report.add({
      area: AREA,
      name: `${what}, ${name}`,
      unit: "ms",
      samples: [ms],
      ...(goal === undefined ? {} : { goal }),
    });
  add("host's thread held up, p99", turns.p99Ms);
  add("host's thread held up, longest", turns.longestMs, "≤ 16");
  add("a process that does nothing held up meanwhile, p99", idleTurns.p99Ms);
  add("a process that does nothing held up meanwhile, longest", idleTurns.longestMs);
  report.add({ area: AREA, name: `processor of the host, ${name}`, unit: "%", samples: [share * 100], goal: "≤ 5" });
  await close();
}

/** Logs in another process; resolves when everything is logged. */
async function logged(logging: LiveLogging): Promise<void> {
  const { done, stop } = logInOtherProcess(logging);
  try {
    await done;
  } finally {
    stop();
  }
}

async function memory(report: Report, pages: Pages): Promise<void> {
  const data = { metrics: LIVE.metrics, steps: 500 };
  const scenario = { name: "bench-hour", page: "run", count: 1, data, state: "running" } as const;
  const runs = await pages.host.runs(scenario);
  const { tab, close } = await open(pages, scenario);
  await firstCurves(tab, 1);
  const cdp = await tab.context().newCDPSession(tab);
  const used = async (): Promise<number> => {
    await cdp.send("HeapProfiler.enable");
    await cdp.send("HeapProfiler.collectGarbage");
    const usage = (await cdp.send("Runtime.getHeapUsage")) as Record<string, number>;
    return ((usage["usedSize"] ?? 0) + (usage["backingStorageSize"] ?? 0)) / 1e6;
  };
  await tab.waitForTimeout(1000);
  const beforeMb = await used();
  const pace = { hz: HOUR.points / HOUR.seconds, seconds: HOUR.seconds };
  await logged({ metrics: LIVE.metrics, ...pace, runs, fromStep: 501 });
  await tab.waitForTimeout(2000);
  report.add({
    area: AREA,
    name: `memory an open page gains with an hour of live points (${HOUR.points.toLocaleString("en")} steps × ${LIVE.metrics} metrics)`,
    unit: "MB",
    samples: [(await used()) - beforeMb],
    goal: "≤ 10",
  });
  await close();
}
