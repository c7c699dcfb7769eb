import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../../../src/store/open-store.ts";
import type { RunStore } from "../../../src/store/port.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
let store: RunStore;
beforeEach(async () => {
  folder = makeStoreFolder();
  store = await openStore(folder.root);
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const smallRun = (name: string): RunFolder =>
  new RunFolder(folder.root, { name }, { task: "text-classification", train: { learning_rate: 2e-5 } })
    .segment(1, 0)
    .state("running");

describe("a store", () => {
  test("shows what journals hold, then what they gain", async () => {
    const run = smallRun("first").metrics(1, { "train/loss": 0.5 }).metrics(2, { "train/loss": Number.NaN });
    expect((await store.sync()).runs).toEqual([run.id]);
    const [item] = await store.list();
    expect(item).toMatchObject({ id: run.id, name: "first", state: "running", task: "text-classification" });
    expect(item?.metrics["train/loss"]).toEqual({
      last: "NaN",
      lastStep: 2,
      min: 0.5,
      minStep: 1,
      max: 0.5,
      maxStep: 1,
      count: 2,
    });
    expect((await store.sync()).runs).toEqual([]);

    run.metrics(3, { "train/loss": 0.25 }).state("finished");
    expect((await store.sync()).runs).toEqual([run.id]);
    const points = await store.series({ run: run.id, metric: "train/loss" });
    expect(points).toMatchObject({
      kind: "points",
      steps: Float64Array.of(1, 2, 3),
      values: Float64Array.of(0.5, Number.NaN, 0.25),
    });
    expect((await store.get(run.id))?.state).toBe("finished");
  });

  test("finds runs by the beginning of their id or name", async () => {
    const one = smallRun("bert base");
    const two = smallRun("bert large");
    await store.sync();
    expect(await store.find("bert")).toEqual([two.id, one.id]);
    expect(await store.find(one.id)).toEqual([one.id]);
    expect(await store.find("tiny")).toEqual([]);
  });
});
