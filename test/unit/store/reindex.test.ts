import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../../../src/store/open-store.ts";
import type { RunStore } from "../../../src/store/port.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
let store: RunStore;
let other: RunStore;
beforeEach(async () => {
  folder = makeStoreFolder();
  store = await openStore(folder.root);
  other = await openStore(folder.root);
});
afterEach(async () => {
  await store.close();
  await other.close();
  folder.remove();
});

describe("reindex", () => {
  test("tells how far it is, while this process and others go on reading and logging", async () => {
    const runs = Array.from({ length: 20 }, (_, i) => {
      const run = new RunFolder(folder.root, { name: `run ${i}` }).segment(1, 0).state("running");
      for (let step = 1; step <= 200; step++) run.metrics(step, { "train/loss": step });
      return i === 0 ? run : run.state("finished");
    });
    const live = runs[0]!;
    await store.sync();
    await other.sync();
    const before = await store.list();
    const told: [number, number][] = [];
    const reads: Promise<unknown>[] = [];
    await store.reindex((done, total) => {
      told.push([done, total]);
      if (done === 5) live.metrics(201, { "train/loss": 201 });
      reads.push(Promise.all([store, other].map(async (view) => expect((await view.list()).length).toBe(runs.length))));
    });
    await Promise.all(reads);
    expect(told).toEqual(Array.from({ length: runs.length + 1 }, (_, done) => [done, runs.length]));
    const others = ({ id }: { id: string }) => id !== live.id;
    expect((await store.list()).filter(others)).toEqual(before.filter(others));
    for (const view of [store, other]) {
      await view.sync();
      const points = await view.series({ run: live.id, metric: "train/loss" });
      expect(points.kind === "points" && [...points.values]).toEqual(Array.from({ length: 201 }, (_, i) => i + 1));
    }
    live.metrics(202, { "train/loss": 202 }).state("finished");
    await other.sync();
    await store.sync();
    expect((await store.get(live.id))?.metrics["train/loss"]).toMatchObject({ count: 202, last: 202 });
    expect(readdirSync(folder.root).filter((name) => name.includes("rebuild"))).toEqual([]);
  });
});
