import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RunFolder } from "../../support/run-folder.ts";
import { storePair } from "../../support/store-pair.ts";

const pair = storePair();

describe("reindex", () => {
  test("tells how far it is, while this process and others go on reading and logging", async () => {
    const runs = Array.from({ length: 20 }, (_, i) => {
      const run = new RunFolder(pair.root, { name: `run ${i}` }).segment(1, 0).state("running");
      for (let step = 1; step <= 200; step++) run.metrics(step, { "train/loss": step });
      return i === 0 ? run : run.state("finished");
    });
    const live = runs[0]!;
    await pair.store.sync();
    await pair.other.sync();
    const before = await pair.store.list();
    const told: [number, number][] = [];
    const reads: Promise<unknown>[] = [];
    await pair.store.reindex((done, total) => {
      told.push([done, total]);
      if (done === 5) live.metrics(201, { "train/loss": 201 });
      reads.push(
        Promise.all([pair.store, pair.other].map(async (view) => expect((await view.list()).length).toBe(runs.length))),
      );
    });
    await Promise.all(reads);
    expect(told).toEqual(Array.from({ length: runs.length + 1 }, (_, done) => [done, runs.length]));
    const others = ({ id }: { id: string }) => id !== live.id;
    expect((await pair.store.list()).filter(others)).toEqual(before.filter(others));
    for (const view of [pair.store, pair.other]) {
      await view.sync();
      const points = await view.series({ run: live.id, metric: "train/loss" });
      expect(points.kind === "points" && [...points.values]).toEqual(Array.from({ length: 201 }, (_, i) => i + 1));
    }
    live.metrics(202, { "train/loss": 202 }).state("finished");
    await pair.other.sync();
    await pair.store.sync();
    expect((await pair.store.get(live.id))?.metrics["train/loss"]).toMatchObject({ count: 202, last: 202 });
    expect(readdirSync(pair.root).filter((name) => name.includes("rebuild"))).toEqual([]);
  });
});
