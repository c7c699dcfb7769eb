import { describe, expect, test } from "vitest";
import { LivePoints } from "../../../src/views/live-points.ts";
import { RunFolder } from "../../support/run-folder.ts";
import { storePair } from "../../support/store-pair.ts";

const pair = storePair();
const LOSS = "train/loss";

const begun = (): RunFolder => new RunFolder(pair.root).segment(1, 0).state("running");
const loss = (run: RunFolder, from: number, to: number): void => {
  for (let step = from; step <= to; step++) run.metrics(step, { [LOSS]: step / 100 });
};

/** Reads the journals and gives the steps gained, a list a series. */
async function steps(points: LivePoints, run: RunFolder, metrics = [LOSS]): Promise<Record<string, number[]>> {
  await pair.store.sync();
  const gained = await points.gained(metrics.map((metric) => ({ run: run.id, metric })));
  return Object.fromEntries(gained.map((one) => [one.metric, [...one.steps]]));
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe("what a live series gains", () => {
  test("begins where the series stands and then comes once, without a gap", async () => {
    const run = begun();
    loss(run, 1, 10);
    const points = new LivePoints(pair.store);
    expect(await steps(points, run)).toEqual({});
    loss(run, 11, 13);
    expect(await steps(points, run)).toEqual({ [LOSS]: [11, 12, 13] });
    expect(await steps(points, run)).toEqual({});
    loss(run, 14, 14);
    expect(await steps(points, run)).toEqual({ [LOSS]: [14] });
  });

  test("carries values and times", async () => {
    const run = begun();
    const points = new LivePoints(pair.store);
    await steps(points, run);
    run.events({ t: "metrics", timeMs: 1234, step: 1, values: { [LOSS]: Number.NaN } });
    await pair.store.sync();
    const [gained] = await points.gained([{ run: run.id, metric: LOSS }]);
    expect(gained).toEqual({
      run: run.id,
      metric: LOSS,
      steps: Float64Array.of(1),
      values: Float64Array.of(Number.NaN),
      timesMs: Float64Array.of(1234),
    });
  });

  test("a series that did not exist when it was named comes from its first point", async () => {
    const run = begun();
    const points = new LivePoints(pair.store);
    expect(await steps(points, run, ["eval/loss"])).toEqual({});
    run.metrics(5, { "eval/loss": 1 });
    expect(await steps(points, run, ["eval/loss"])).toEqual({ "eval/loss": [5] });
  });

  test("several points of one step are told one by one, before and after the beginning", async () => {
    const run = begun();
    run.metrics(1, { [LOSS]: 1 }).metrics(1, { [LOSS]: 2 });
    const points = new LivePoints(pair.store);
    await steps(points, run);
    run.metrics(1, { [LOSS]: 3 });
    expect(await steps(points, run)).toEqual({ [LOSS]: [1] });
    run.metrics(2, { [LOSS]: 4 }).metrics(2, { [LOSS]: 5 });
    expect(await steps(points, run)).toEqual({ [LOSS]: [2, 2] });
    run.metrics(2, { [LOSS]: 6 }).metrics(3, { [LOSS]: 7 });
    expect(await steps(points, run)).toEqual({ [LOSS]: [2, 3] });
  });

  test("a rebuilt database changes nothing", async () => {
    const run = begun();
    loss(run, 1, 5000);
    const points = new LivePoints(pair.store);
    await steps(points, run);
    loss(run, 5001, 5003);
    await pair.store.reindex();
    expect(await steps(points, run)).toEqual({ [LOSS]: [5001, 5002, 5003] });
  });

  test("after a resume and a new beginning, the new segment's points come from its first", async () => {
    const run = begun();
    loss(run, 1, 80);
    const points = new LivePoints(pair.store);
    await steps(points, run);
    run.state("stopped").segment(2, 60).state("running");
    await pair.store.sync();
    points.restart();
    expect(await steps(points, run)).toEqual({});
    loss(run, 61, 65);
    expect(await steps(points, run)).toEqual({ [LOSS]: range(61, 65) });
  });

  test("a series that is named again after a pause begins anew", async () => {
    const run = begun();
    loss(run, 1, 3);
    const points = new LivePoints(pair.store);
    await steps(points, run);
    await steps(points, run, []);
    loss(run, 4, 6);
    expect(await steps(points, run)).toEqual({});
    loss(run, 7, 7);
    expect(await steps(points, run)).toEqual({ [LOSS]: [7] });
  });
});

test("written and read at random, each point comes exactly once and in order", async () => {
  const run = begun();
  const points = new LivePoints(pair.store);
  await steps(points, run);
  const told: number[] = [];
  let step = 0;
  for (let round = 0; round < 60; round++) {
    const count = (round * 7) % 5;
    loss(run, step + 1, step + count);
    step += count;
    if (round % 3 === 0) await pair.other.sync(); // another reader takes turns at ingesting
    told.push(...((await steps(points, run))[LOSS] ?? []));
  }
  expect(told).toEqual(range(1, step));
});
