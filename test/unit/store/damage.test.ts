import { chmodSync, existsSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runFile, storePaths } from "../../../src/runs/layout.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
beforeEach(() => {
  folder = makeStoreFolder();
});
afterEach(() => folder.remove());

const finished = (): RunFolder =>
  new RunFolder(folder.root)
    .segment(1, 0)
    .metrics(1, { "train/loss": 1 })
    .metrics(2, { "train/loss": 0.5 })
    .state("finished");

async function losses(id: string, readOnly = false): Promise<number[]> {
  const store = await openStore(folder.root, { readOnly });
  try {
    const points = await store.series({ run: id, metric: "train/loss" });
    return points.kind === "points" ? [...points.values] : [];
  } finally {
    await store.close();
  }
}

describe("the database is only an index", () => {
  test("a damaged one is set aside and made anew", async () => {
    const { id } = finished();
    expect(await losses(id)).toEqual([1, 0.5]);
    const { database } = storePaths(folder.root);
    writeFileSync(database, "this is not a database, whatever it was before ".repeat(500));
    expect(await losses(id)).toEqual([1, 0.5]);
    expect(existsSync(`${database}.damaged`)).toBe(true);
  });

  test("a removed one is made anew", async () => {
    const { id } = finished();
    expect(await losses(id)).toEqual([1, 0.5]);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(storePaths(folder.root).database + suffix, { force: true });
    expect(await losses(id)).toEqual([1, 0.5]);
  });

  test("a reader that may not write answers without one", async () => {
    const { id } = finished();
    expect(await losses(id, true)).toEqual([1, 0.5]);
    expect(existsSync(storePaths(folder.root).database)).toBe(false);
  });

  test("a journal that was replaced by a shorter one is read anew", async () => {
    const run = new RunFolder(folder.root).segment(1, 0).state("running");
    for (let step = 1; step <= 50; step++) run.metrics(step, { "train/loss": step });
    const store = await openStore(folder.root);
    await store.sync();
    await store.close(); // commits: the run is new
    truncateSync(runFile(run.dir, "events"), 0);
    run.segment(1, 0).metrics(1, { "train/loss": 7 });
    expect(await losses(run.id)).toEqual([7]);
  });

  test.skipIf(process.getuid?.() === 0)(
    "a folder that cannot be written is read (skipped for root, who may)",
    async () => {
      const { id } = finished();
      expect(await losses(id)).toEqual([1, 0.5]);
      chmodSync(folder.root, 0o555);
      chmodSync(storePaths(folder.root).database, 0o444);
      try {
        expect(await losses(id)).toEqual([1, 0.5]);
      } finally {
        chmodSync(folder.root, 0o755);
      }
    },
  );
});
