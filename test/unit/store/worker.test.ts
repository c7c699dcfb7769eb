import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setLanguage } from "../../../src/base/l10n.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { RunStore } from "../../../src/store/port.ts";
import { WorkerRunStore } from "../../../src/store/worker-client.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
const opened: RunStore[] = [];
beforeEach(() => {
  folder = makeStoreFolder();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  folder.remove();
});

async function open(worker: boolean): Promise<RunStore> {
  const store = await openStore(folder.root, { worker });
  opened.push(store);
  return store;
}

/** A thread in the store's place. */
function threadOf(code: string): { file: string } {
  const file = join(folder.root, "thread.cjs");
  writeFileSync(file, code);
  return { file };
}

describe("the store in a thread of its own", () => {
  test("answers as the store itself", async () => {
    const run = new RunFolder(folder.root, {}, { train: { learning_rate: 1 } }).segment(1, 0).state("running");
    for (let step = 1; step <= 5000; step++)
      run.metrics(step, { "train/loss": step % 7 === 0 ? Number.NaN : 1 / step });
    run.events({ t: "table", timeMs: 1, name: "eval/samples", step: 3, columns: ["a"], rows: [[1]] });
    run.state("finished");
    const worker = await open(true);
    expect((await worker.sync()).runs).toEqual([run.id]);
    const direct = await open(false);
    const one = { run: run.id, metric: "train/loss" };
    const queries = [one, { ...one, buckets: 100 }, { ...one, from: 10, to: 90 }];
    expect(await worker.list({ filter: "train.learning_rate=1" })).toEqual(await direct.list());
    expect(await worker.get(run.id)).toEqual(await direct.get(run.id));
    expect(await worker.find(run.id)).toEqual([run.id]);
    expect(await worker.series(one)).toEqual(await direct.series(one));
    expect(await worker.seriesMany(queries)).toEqual(await direct.seriesMany(queries));
    expect(await worker.table(run.id, "eval/samples")).toMatchObject({ rows: [[1]] });

    run.meta({ name: "renamed" });
    await worker.touch(run.id);
    expect((await worker.get(run.id))?.name).toBe("renamed");
    const progress: [number, number][] = [];
    await worker.reindex((done, total) => progress.push([done, total]));
    expect(progress).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(await worker.series(one)).toEqual(await direct.series(one));
  });

  test("sends columns that own their bytes, and no more than those", async () => {
    const run = new RunFolder(folder.root).segment(1, 0).state("running");
    for (let step = 1; step <= 300; step++) run.metrics(step, { "train/loss": step });
    const store = await open(true);
    const points = await store.series({ run: run.id, metric: "train/loss", from: 100, to: 110 });
    expect(points.kind === "points" && points.values.buffer.byteLength).toBe(11 * 8);
  });

  test("passes on the store's own sentences", async () => {
    const store = await open(true);
    await expect(store.list({ filter: "stat:x" })).rejects.toMatchObject({
      name: "UserError",
      code: "filter-unusable",
      message: "Filter: “stat:x” at character 1 is about an unknown key.",
      advice: expect.stringContaining("state") as string,
    });
    await expect(openStore(join(folder.root, "nowhere"), { worker: true })).rejects.toMatchObject({
      code: "store-missing",
    });
  });

  test("speaks the language of who opened it", async () => {
    setLanguage("xx", { "There is no run store at {0}.": "¿{0}?" });
    try {
      const nowhere = join(folder.root, "nowhere");
      await expect(openStore(nowhere, { worker: true })).rejects.toThrow(`¿${nowhere}?`);
    } finally {
      setLanguage("en", {});
    }
  });

  test("ends every waiting call when the thread dies, and every later one", async () => {
    const code = 'require("node:worker_threads").parentPort.once("message", () => process.exit(3));';
    const store = new WorkerRunStore({ root: folder.root, readOnly: false }, threadOf(code));
    const calls = await Promise.allSettled([store.list(), store.find("x")]);
    for (const call of calls)
      expect(call).toMatchObject({ status: "rejected", reason: { code: "store-thread-ended" } });
    await expect(store.list()).rejects.toThrow("The run store's thread ended with code 3.");
    expect(store.isEnded).toBe(true);
    await store.close();
  });

  test("ends a call that gets no answer", async () => {
    const code = 'require("node:worker_threads").parentPort.on("message", () => {});';
    const options = { ...threadOf(code), readTimeoutMs: 100 };
    const store = new WorkerRunStore({ root: folder.root, readOnly: false }, options);
    await expect(store.list()).rejects.toMatchObject({ code: "store-timeout" });
    await expect(store.close()).rejects.toMatchObject({ code: "store-timeout" });
  });
});
