import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeJsonAtomic } from "../../../src/base/files.ts";
import type { TableEvent } from "../../../src/journal/events.ts";
import { RUN_FILES } from "../../../src/runs/layout.ts";
import { RunFolder } from "../../support/run-folder.ts";
import { storePair } from "../../support/store-pair.ts";

const pair = storePair();

const finished = (name: string, createdMs?: number): RunFolder =>
  new RunFolder(pair.root, { name, ...(createdMs === undefined ? {} : { createdMs }) })
    .segment(1, 0)
    .state("running")
    .metrics(1, { "train/loss": 1 })
    .state("finished");

describe("what happens in a run's folder", () => {
  test("tags, notes, names and the trash show at once here, and after a sync elsewhere", async () => {
    const run = finished("old name");
    await pair.store.sync();
    await pair.other.sync();
    run.meta({ name: "new name", tags: ["paper"], note: "kept", starred: true });
    await pair.store.touch(run.id);
    const expected = { name: "new name", tags: ["paper"], note: "kept", starred: true, trashed: false };
    expect((await pair.store.list())[0]).toMatchObject(expected);
    await pair.other.sync();
    expect((await pair.other.list())[0]).toMatchObject(expected);
    expect(await pair.other.find("new")).toEqual([run.id]);

    run.meta({ trashedMs: 5 });
    await pair.other.touch(run.id);
    expect(await pair.other.list()).toEqual([]);
    await pair.store.sync();
    expect(await pair.store.list()).toEqual([]);
    expect((await pair.store.list({ trashed: true })).map(({ id, trashed }) => [id, trashed])).toEqual([
      [run.id, true],
    ]);
    await pair.store.reindex();
    expect(await pair.store.list()).toEqual([]);
    expect((await pair.store.list({ trashed: true })).map(({ id }) => id)).toEqual([run.id]);
  });

  test("what a live run depends on shows as soon as it is written, and again when it changes", async () => {
    const run = new RunFolder(pair.root).segment(1, 0).state("running").metrics(1, { "train/loss": 1 });
    await pair.store.sync();
    expect((await pair.store.get(run.id))?.environment).toEqual({});
    const file = join(run.dir, RUN_FILES.environment);
    for (const python of ["3.11.1", "3.12.0"]) {
      writeJsonAtomic(file, { python });
      expect((await pair.store.get(run.id))?.environment).toEqual({ python });
      expect((await pair.store.get(run.id))?.environment).toEqual({ python });
    }
    rmSync(file);
    expect((await pair.store.get(run.id))?.environment).toEqual({});
  });

  test("a run whose folder is removed vanishes", async () => {
    const [gone, kept] = [finished("gone"), finished("kept")];
    await pair.store.sync();
    await pair.other.sync();
    rmSync(gone.dir, { recursive: true });
    expect((await pair.store.sync()).runs).toEqual([gone.id]);
    await pair.other.sync();
    for (const view of [pair.store, pair.other]) {
      expect((await view.list()).map(({ id }) => id)).toEqual([kept.id]);
      expect(await view.get(gone.id)).toBeUndefined();
      expect(await view.series({ run: gone.id, metric: "train/loss" })).toMatchObject({ steps: new Float64Array(0) });
    }
  });

  test("a finished run that is resumed is followed again", async () => {
    const run = finished("resumed");
    await pair.store.sync();
    await pair.other.sync();
    run.segment(2, 1).state("preparing").state("running");
    await pair.other.touch(run.id);
    await pair.store.sync();
    run.metrics(2, { "train/loss": 0.5 });
    expect((await pair.store.sync()).runs).toEqual([run.id]);
    expect((await pair.store.get(run.id))?.metrics["train/loss"]).toMatchObject({ last: 0.5, count: 2 });
    expect((await pair.store.list({ filter: "state:running" })).map(({ id }) => id)).toEqual([run.id]);
  });

  test("a resume that nobody announced shows when the run is looked at", async () => {
    const run = finished("resumed");
    await pair.store.sync();
    run.segment(2, 1).state("preparing");
    expect((await pair.store.get(run.id))?.state).toBe("preparing");
  });

  test("each process is told of what another one committed first", async () => {
    const run = new RunFolder(pair.root).segment(1, 0).state("running");
    await pair.store.sync();
    await pair.other.sync();
    run.metrics(1, { "train/loss": 1 }).state("finished");
    await pair.store.sync(); // commits it, and closes the run
    await pair.other.list(); // follows the database on the way
    expect((await pair.other.sync()).runs).toEqual([run.id]);
  });
});

describe("a list", () => {
  test("is newest first, cut to its limit, and filtered over all runs", async () => {
    const ids = Array.from({ length: 5 }, (_, i) => finished(`run ${i}`, 1_760_000_000_000 + i * 1000).id).toReversed();
    const live = new RunFolder(pair.root, { name: "run live", createdMs: 1_760_000_002_500 })
      .segment(1, 0)
      .state("running");
    ids.splice(2, 0, live.id);
    await pair.store.sync();
    expect((await pair.store.list()).map(({ id }) => id)).toEqual(ids);
    expect((await pair.store.list({ limit: 3 })).map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect((await pair.store.list({ limit: 1 })).map(({ id }) => id)).toEqual(ids.slice(0, 1));
    expect((await pair.store.list({ limit: 0 })).map(({ id }) => id)).toEqual([]);
    expect((await pair.store.list({ filter: "state:running OR name~3" })).map(({ id }) => id)).toEqual([
      ids[1],
      live.id,
    ]);
    expect((await pair.store.list({ filter: "train/loss=1", limit: 2 })).length).toBe(2);
    expect(await pair.store.find("run")).toEqual(ids);
  });

  test("refuses a filter it cannot read", async () => {
    await expect(pair.store.list({ filter: "stat:x" })).rejects.toMatchObject({ code: "filter-unusable" });
  });
});

describe("tables", () => {
  test("are kept by name and step, the newest by default", async () => {
    const run = new RunFolder(pair.root).segment(1, 0).state("running");
    const table = (step: number, text: string): TableEvent => ({
      t: "table",
      timeMs: run.tick(),
      name: "eval/samples",
      step,
      columns: ["text"],
      rows: [[text]],
    });
    run.events(table(10, "ten"), table(20, "twenty"));
    await pair.store.sync();
    expect((await pair.store.table(run.id, "eval/samples"))?.rows).toEqual([["twenty"]]);
    run.state("finished");
    await pair.store.sync();
    for (const view of [pair.store, pair.other]) {
      expect((await view.table(run.id, "eval/samples"))?.rows).toEqual([["twenty"]]);
      expect((await view.table(run.id, "eval/samples", 10))?.rows).toEqual([["ten"]]);
      expect(await view.table(run.id, "eval/samples", 11)).toBeUndefined();
      expect(await view.table(run.id, "eval/none")).toBeUndefined();
    }
    run.segment(2, 10).state("preparing");
    await pair.store.touch(run.id);
    await pair.store.sync();
    expect((await pair.store.table(run.id, "eval/samples"))?.rows).toEqual([["ten"]]);
  });
});
