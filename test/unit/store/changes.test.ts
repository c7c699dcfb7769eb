import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TableEvent } from "../../../src/journal/events.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { RunStore } from "../../../src/store/port.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
let store: RunStore;
/** Another process's view of the same store. */
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

const finished = (name: string, createdMs?: number): RunFolder =>
  new RunFolder(folder.root, { name, ...(createdMs === undefined ? {} : { createdMs }) })
    .segment(1, 0)
    .state("running")
    .metrics(1, { "train/loss": 1 })
    .state("finished");

describe("what happens in a run's folder", () => {
  test("tags, notes, names and the trash show at once here, and after a sync elsewhere", async () => {
    const run = finished("old name");
    await store.sync();
    await other.sync();
    run.meta({ name: "new name", tags: ["paper"], note: "kept", starred: true });
    await store.touch(run.id);
    const expected = { name: "new name", tags: ["paper"], note: "kept", starred: true, trashed: false };
    expect((await store.list())[0]).toMatchObject(expected);
    await other.sync();
    expect((await other.list())[0]).toMatchObject(expected);
    expect(await other.find("new")).toEqual([run.id]);

    run.meta({ trashedMs: 5 });
    await other.touch(run.id);
    expect(await other.list()).toEqual([]);
    await store.sync();
    expect(await store.list()).toEqual([]);
    expect((await store.list({ trashed: true })).map(({ id, trashed }) => [id, trashed])).toEqual([[run.id, true]]);
    await store.reindex();
    expect(await store.list()).toEqual([]);
    expect((await store.list({ trashed: true })).map(({ id }) => id)).toEqual([run.id]);
  });

  test("a run whose folder is removed vanishes", async () => {
    const [gone, kept] = [finished("gone"), finished("kept")];
    await store.sync();
    await other.sync();
    rmSync(gone.dir, { recursive: true });
    expect((await store.sync()).runs).toEqual([gone.id]);
    await other.sync();
    for (const view of [store, other]) {
      expect((await view.list()).map(({ id }) => id)).toEqual([kept.id]);
      expect(await view.get(gone.id)).toBeUndefined();
      expect(await view.series({ run: gone.id, metric: "train/loss" })).toMatchObject({ steps: new Float64Array(0) });
    }
  });

  test("a finished run that is resumed is followed again", async () => {
    const run = finished("resumed");
    await store.sync();
    await other.sync();
    run.segment(2, 1).state("preparing").state("running");
    await other.touch(run.id);
    await store.sync();
    run.metrics(2, { "train/loss": 0.5 });
    expect((await store.sync()).runs).toEqual([run.id]);
    expect((await store.get(run.id))?.metrics["train/loss"]).toMatchObject({ last: 0.5, count: 2 });
    expect((await store.list({ filter: "state:running" })).map(({ id }) => id)).toEqual([run.id]);
  });

  test("a resume that nobody announced shows when the run is looked at", async () => {
    const run = finished("resumed");
    await store.sync();
    run.segment(2, 1).state("preparing");
    expect((await store.get(run.id))?.state).toBe("preparing");
  });

  test("each process is told of what another one committed first", async () => {
    const run = new RunFolder(folder.root).segment(1, 0).state("running");
    await store.sync();
    await other.sync();
    run.metrics(1, { "train/loss": 1 }).state("finished");
    await store.sync(); // commits it, and closes the run
    await other.list(); // follows the database on the way
    expect((await other.sync()).runs).toEqual([run.id]);
  });
});

describe("a list", () => {
  test("is newest first, cut to its limit, and filtered over all runs", async () => {
    const ids = Array.from({ length: 5 }, (_, i) => finished(`run ${i}`, 1_760_000_000_000 + i * 1000).id).toReversed();
    const live = new RunFolder(folder.root, { name: "run live", createdMs: 1_760_000_002_500 })
      .segment(1, 0)
      .state("running");
    ids.splice(2, 0, live.id);
    await store.sync();
    expect((await store.list()).map(({ id }) => id)).toEqual(ids);
    expect((await store.list({ limit: 3 })).map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect((await store.list({ limit: 1 })).map(({ id }) => id)).toEqual(ids.slice(0, 1));
    expect((await store.list({ limit: 0 })).map(({ id }) => id)).toEqual([]);
    expect((await store.list({ filter: "state:running OR name~3" })).map(({ id }) => id)).toEqual([ids[1], live.id]);
    expect((await store.list({ filter: "train/loss=1", limit: 2 })).length).toBe(2);
    expect(await store.find("run")).toEqual(ids);
  });

  test("refuses a filter it cannot read", async () => {
    await expect(store.list({ filter: "stat:x" })).rejects.toMatchObject({ code: "filter-unusable" });
  });
});

describe("tables", () => {
  test("are kept by name and step, the newest by default", async () => {
    const run = new RunFolder(folder.root).segment(1, 0).state("running");
    const table = (step: number, text: string): TableEvent => ({
      t: "table",
      timeMs: run.tick(),
      name: "eval/samples",
      step,
      columns: ["text"],
      rows: [[text]],
    });
    run.events(table(10, "ten"), table(20, "twenty"));
    await store.sync();
    expect((await store.table(run.id, "eval/samples"))?.rows).toEqual([["twenty"]]);
    run.state("finished");
    await store.sync();
    for (const view of [store, other]) {
      expect((await view.table(run.id, "eval/samples"))?.rows).toEqual([["twenty"]]);
      expect((await view.table(run.id, "eval/samples", 10))?.rows).toEqual([["ten"]]);
      expect(await view.table(run.id, "eval/samples", 11)).toBeUndefined();
      expect(await view.table(run.id, "eval/none")).toBeUndefined();
    }
    run.segment(2, 10).state("preparing");
    await store.touch(run.id);
    await store.sync();
    expect((await store.table(run.id, "eval/samples"))?.rows).toEqual([["ten"]]);
  });
});
