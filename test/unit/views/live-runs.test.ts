import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LocalLauncher } from "../../../src/launch/local.ts";
import { storePaths } from "../../../src/runs/layout.ts";
import type { RunsHome } from "../../../src/runs/open.ts";
import type { RunStore } from "../../../src/store/port.ts";
import { LiveRuns } from "../../../src/views/live-runs.ts";
import { seedEvaluation } from "../../support/pages/seed/evaluation.ts";
import { RunFolder } from "../../support/run-folder.ts";
import { storePair } from "../../support/store-pair.ts";

const pair = storePair();
let home: RunsHome;
let reports: unknown[];
let live: LiveRuns;
let told: string[];
let reconciles: number;

beforeEach(() => {
  [reports, told, reconciles] = [[], [], 0];
  home = {
    paths: storePaths(pair.root),
    store: pair.store,
    launcher: new LocalLauncher(),
    warnings: [],
    reconcile: async () => void reconciles++,
    close: async () => {},
  };
  live = new LiveRuns(home, (error) => reports.push(error));
});
afterEach(() => live.dispose());

const running = (): RunFolder =>
  new RunFolder(pair.root).segment(1, 0).state("running").metrics(1, { "train/loss": 1 });
const finished = (): RunFolder => running().state("finished");
const watch = (runs: string[] = [], pace: "page" | "list" = "page") =>
  live.watch((changed) => told.push(...changed), pace, runs);
const toHear = (run: RunFolder) => vi.waitFor(() => expect(told).toContain(run.id), { timeout: 5000, interval: 20 });
/** A look that finds nothing new to tell. */
const quiet = async (): Promise<void> => {
  await live.look();
  await live.look();
  told = [];
};
describe("while a run is live", () => {
  test("its watchers hear of what its journals gain", async () => {
    const run = running();
    watch();
    await toHear(run);
    run.metrics(2, { "train/loss": 0.5 });
    await vi.waitFor(async () => expect((await pair.store.get(run.id))?.progress.step).toBe(2), { timeout: 5000 });
    expect(live.live).toEqual([run.id]);
  });

  test("its end is heard, and soon after no timer is left", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const run = running();
      watch();
      await live.look();
      expect(vi.getTimerCount()).toBe(1);
      told = [];
      run.state("finished");
      for (let looks = 0; looks < 10; looks++) {
        await vi.advanceTimersByTimeAsync(5000);
        await live.look();
      }
      expect(told).toContain(run.id);
      expect(live.live).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a list hears less often than a page, and misses nothing", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    try {
      const run = running();
      const heard = { page: 0, list: 0 };
      live.watch(() => heard.page++, "page");
      live.watch(() => heard.list++, "list");
      for (let looks = 0; looks < 20; looks++) {
        // The look before has ended when the next is planned.
        while (vi.getTimerCount() === 0) await new Promise((done) => setImmediate(done));
        vi.advanceTimersByTime(200);
      }
      expect(heard.page).toBeGreaterThanOrEqual(19);
      expect(heard.list).toBeGreaterThanOrEqual(3);
      expect(heard.list).toBeLessThanOrEqual(5);
      const before = heard.list;
      run.state("finished");
      await live.look(); // somebody did something: nobody waits
      expect(heard.list).toBe(before + 1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("what another reader of the same store took notice of is heard all the same", async () => {
    const run = running();
    watch();
    await toHear(run);
    told = [];
    run.metrics(2, { "train/loss": 0.5 });
    await pair.store.sync();
    await toHear(run);
  });

  test("processes are looked after in the background, and a slow look after them holds nothing up", async () => {
    home.reconcile = () => {
      reconciles++;
      return new Promise(() => {});
    };
    const run = running();
    watch();
    await toHear(run);
    await vi.waitFor(() => expect(reconciles).toBe(1), { timeout: 5000 });
    told = [];
    run.metrics(2, { "train/loss": 0.5 });
    await toHear(run);
  });

  test("processes are left alone in a folder that is only looked at", async () => {
    live.dispose();
    live = new LiveRuns(home, (error) => reports.push(error), false);
    const run = running();
    watch();
    await toHear(run);
    await live.look();
    await live.look();
    expect(reconciles).toBe(0);
  });
});

describe("while nothing is live", () => {
  test("a run that another process starts is heard of", async () => {
    watch();
    await quiet();
    await toHear(running());
  });

  test("a run that another process resumes or renames is heard of", async () => {
    const run = finished();
    watch();
    await toHear(run);
    await quiet();
    run.meta({ name: "new name" });
    await pair.other.touch(run.id);
    await toHear(run);
    await quiet();
    run.segment(2, 1).state("running");
    await pair.other.touch(run.id);
    await toHear(run);
    await vi.waitFor(() => expect(live.live).toEqual([run.id]), { timeout: 5000 });
  });

  test("a shown run that a hand renames is heard of", async () => {
    const run = finished();
    watch([run.id]);
    await toHear(run);
    await quiet();
    run.meta({ name: "by hand" });
    await toHear(run);
    expect((await pair.store.get(run.id))?.name).toBe("by hand");
  });

  test("what another process keeps of evaluations with a shown run is heard of, the first and the next", async () => {
    const run = finished();
    watch([run.id]);
    await toHear(run);
    const evaluation = { step: 1, file: "/data/a.csv", rows: 1, metrics: {} };
    for (const timeMs of [1, 2]) {
      await quiet();
      seedEvaluation(run, { ...evaluation, timeMs });
      await toHear(run);
    }
    live.dispose();
    live = new LiveRuns(home, (error) => reports.push(error));
    watch([run.id]);
    await toHear(run);
    await quiet();
    seedEvaluation(run, { ...evaluation, timeMs: 3 });
    await toHear(run);
  });

  test("a run whose folder goes is heard of", async () => {
    const run = finished();
    watch([run.id]);
    await toHear(run);
    await quiet();
    rmSync(run.dir, { recursive: true });
    await toHear(run);
    expect(reports).toEqual([]);
  });
});

describe("a store that cannot be read", () => {
  test("is reported once and read again by itself", async () => {
    const run = running();
    let tries = 0;
    const store = {
      open: () => pair.store.open(),
      sync: async () => {
        if (++tries <= 2) throw new Error("locked");
        return pair.store.sync();
      },
      get: (id: string) => pair.store.get(id),
    } satisfies Partial<RunStore>;
    home = { ...home, store: store as unknown as RunStore };
    live = new LiveRuns(home, (error) => reports.push(error));
    watch();
    await vi.waitFor(() => expect(told).toContain(run.id), { timeout: 15_000 });
    expect(tries).toBeGreaterThan(2);
    expect(reports.map(String)).toEqual(["Error: locked"]);
  });
});

test("without watchers nothing is read", async () => {
  const run = running();
  const watching = watch();
  await toHear(run);
  watching.dispose();
  await live.look();
  told = [];
  const before = (await pair.store.get(run.id))!.progress.step;
  run.metrics(2, { "train/loss": 0.5 });
  await new Promise((done) => setTimeout(done, 600));
  expect(told).toEqual([]);
  expect((await pair.store.get(run.id))!.progress.step).toBe(before);
});
