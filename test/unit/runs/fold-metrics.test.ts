import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { MetricFold } from "../../../src/runs/fold-metrics.ts";
import { Tally } from "../../../src/runs/fold-tally.ts";
import type { SegmentView } from "../../../src/runs/model.ts";
import { randomValue } from "../../support/journals.ts";

const segment = (number: number, cutStep: number | null): SegmentView => ({
  segment: number,
  fromStep: 0,
  cutStep,
  startedMs: 0,
});

describe("a summary", () => {
  const summaryOf = (...points: [number, number][]) => {
    const tally = new Tally();
    for (const [step, value] of points) tally.add(step, value);
    return tally.summary();
  };

  test("last is the newest value at the greatest step, extremes are over finite values", () => {
    expect(summaryOf([1, 5], [3, 2], [2, 9], [3, 4], [2, Infinity])).toEqual({
      last: 4,
      lastStep: 3,
      min: 2,
      minStep: 3,
      max: 9,
      maxStep: 2,
      count: 5,
    });
  });

  test("without a finite value there are no extremes, and NaN counts", () => {
    expect(summaryOf([1, NaN], [2, -Infinity])).toEqual({
      last: "-Infinity",
      lastStep: 2,
      min: null,
      minStep: null,
      max: null,
      maxStep: null,
      count: 2,
    });
  });

  test("negative steps and values", () => {
    expect(summaryOf([-1, -7])).toMatchObject({ last: -7, lastStep: -1, min: -7, max: -7, maxStep: -1 });
  });
});

describe("segments and cuts", () => {
  test("a segment cut between its points asks for a recount, one cut after or before them does not", () => {
    const fold = new MetricFold();
    for (let step = 1; step <= 10; step++) fold.add(1, step, { loss: -step });
    fold.add(1, 9, { late: 1 });
    fold.add(1, 4, { early: 2 });
    fold.add(2, 6, { loss: -60 });
    const segments = [segment(1, 5), segment(2, null)];
    const cut = { metric: "loss", segment: 1, cutStep: 5 };
    expect(fold.summarize(segments).recounts).toEqual([cut]);
    expect(Object.keys(fold.summarize(segments).metrics).sort()).toEqual(["early", "loss"]);
    const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    fold.recount(
      cut,
      steps,
      steps.map((step) => -step),
    );
    const { metrics, recounts } = fold.summarize(segments);
    expect(recounts).toEqual([]);
    expect(metrics["loss"]).toEqual({ last: -60, lastStep: 6, min: -60, minStep: 6, max: -1, maxStep: 1, count: 6 });
  });

  test("a recount is for one cut and for the points there were", () => {
    const fold = new MetricFold();
    for (const step of [1, 5, 9]) fold.add(1, step, { loss: step });
    fold.recount({ metric: "loss", segment: 1, cutStep: 5 }, [1, 5, 9], [1, 5, 9]);
    expect(fold.summarize([segment(1, 5)]).recounts).toEqual([]);
    expect(fold.summarize([segment(1, 4)]).recounts).toEqual([{ metric: "loss", segment: 1, cutStep: 4 }]);
    fold.add(1, 2, { loss: 0 });
    expect(fold.summarize([segment(1, 5)]).recounts).toEqual([{ metric: "loss", segment: 1, cutStep: 5 }]);
  });

  test("any series in any number of segments, stored in between: as summing up the points that count", () => {
    const random = createRandom(9);
    for (let round = 0; round < 100; round++) {
      let fold = new MetricFold();
      const points: { segment: number; step: number; value: number }[] = [];
      const segments = [1, 2, 3].map((number) => segment(number, number === 3 ? null : random.int(40)));
      for (let index = 0; index < 60; index++) {
        const point = { segment: 1 + Math.floor(index / 20), step: random.int(40), value: randomValue(random) };
        points.push(point);
        fold.add(point.segment, point.step, { loss: point.value });
        if (random.int(10) === 0) fold = MetricFold.fromJSON(JSON.parse(JSON.stringify(fold)));
      }
      for (const recount of fold.summarize(segments).recounts) {
        const own = points.filter((point) => point.segment === recount.segment);
        fold.recount(
          recount,
          own.map(({ step }) => step),
          own.map(({ value }) => value),
        );
      }
      fold = MetricFold.fromJSON(JSON.parse(JSON.stringify(fold)));
      const expected = new Tally();
      for (const { segment: number, step, value } of points) {
        if (step <= (segments[number - 1]!.cutStep ?? Infinity)) expected.add(step, value);
      }
      expect(fold.summarize(segments)).toEqual({ metrics: { loss: expected.summary() }, recounts: [] });
    }
  });
});
