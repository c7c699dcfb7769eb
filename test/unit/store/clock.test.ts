import { describe, expect, test } from "vitest";
import { RunFolder } from "../../support/run-folder.ts";
import { storePair } from "../../support/store-pair.ts";

const pair = storePair();

/** The clock of a run through the store that ingests and through one that only reads. */
async function clocks(run: string) {
  await pair.store.sync();
  await pair.other.sync();
  const [one, other] = [await pair.store.clock(run), await pair.other.clock(run)];
  expect(one).toEqual(other);
  return one;
}

describe("when steps happened", () => {
  test("is told by the training metric with the most points", async () => {
    const run = new RunFolder(pair.root).segment(1, 0);
    const times = [1, 2, 3].map((step) => {
      run.metrics(step, { "train/loss": step, ...(step === 3 ? { "train/epoch": 1 } : {}) });
      return run.timeMs;
    });
    run.metrics(3, { "eval/loss": 1 });
    const clock = await clocks(run.id);
    expect([...clock.steps]).toEqual([1, 2, 3]);
    expect([...clock.timesMs]).toEqual(times);
  });

  test("of a long run is thinned out with both ends kept, in sealed chunks and in the tail alike", async () => {
    const run = new RunFolder(pair.root).segment(1, 0);
    const first = run.timeMs + 10;
    for (let step = 1; step <= 10_000; step++) run.metrics(step, { "train/loss": 1 });
    const clock = await clocks(run.id);
    expect(clock.steps.length).toBeGreaterThan(900);
    expect(clock.steps.length).toBeLessThanOrEqual(2048);
    expect([clock.steps[0], clock.steps.at(-1)]).toEqual([1, 10_000]);
    expect([clock.timesMs[0], clock.timesMs.at(-1)]).toEqual([first, run.timeMs]);
    clock.steps.forEach((step, i) => expect(clock.timesMs[i]).toBe(first + (step - 1) * 10));
    run.state("finished");
    expect((await clocks(run.id)).steps).toEqual(clock.steps);
  });

  test("after a resume goes over to the new segment's times and leaves out what was cut off", async () => {
    const run = new RunFolder(pair.root).segment(1, 0);
    for (let step = 1; step <= 8; step++) run.metrics(step, { "train/loss": 1 });
    run.tick(60_000);
    run.segment(2, 5);
    for (let step = 6; step <= 7; step++) run.metrics(step, { "train/loss": 1 });
    const clock = await clocks(run.id);
    expect([...clock.steps]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(clock.timesMs[5]! - clock.timesMs[4]!).toBeGreaterThan(60_000);
  });

  test("before the first point, of a run with samples of the machine alone, and of no run, is empty", async () => {
    const run = new RunFolder(pair.root).segment(1, 0);
    run.runner({ t: "system", timeMs: run.tick(), step: 1, values: { "system/cpu": 3 } });
    expect((await clocks(run.id)).steps).toHaveLength(0);
    expect((await clocks("no such run")).steps).toHaveLength(0);
  });
});
