import { expect, test, vi } from "vitest";
import type { Gained, Watched } from "../../../src/messages/envelope.ts";
import type { PageBuckets, PageSeriesQuery } from "../../../src/messages/series.ts";
import { Curves, type CurveConsumer, type CurveWish } from "../../../webview-ui/charts/curves.ts";

/** Points 1 … n with value = step, one a bucket. */
function buckets(from: number, to: number): PageBuckets {
  const steps = Float64Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  const ones = new Float64Array(steps.length).fill(1);
  const copy = (): Float64Array => steps.slice();
  return { step0: copy(), step1: copy(), min: copy(), max: copy(), mean: copy(), count: ones, finite: ones.slice() };
}

const gains = (steps: number[], metric = "train/loss"): Gained => ({
  run: "a",
  metric,
  steps: Float64Array.from(steps),
  values: Float64Array.from(steps),
  timesMs: Float64Array.from(steps, (step) => 1000 * step),
});

/** A host that answers when told, and a chart. */
function bench(end = 10) {
  const asked: PageSeriesQuery[][] = [];
  const watched: Watched[][] = [];
  const answers: (() => void)[] = [];
  const order: string[] = [];
  let last = end;
  let fails = false;
  const curves = new Curves({
    series(series) {
      asked.push(series);
      order.push("ask");
      const to = last;
      return new Promise((resolve, reject) =>
        answers.push(() =>
          fails
            ? reject(new Error("Store is busy."))
            : resolve(series.map((query) => buckets(query.from ?? 1, Math.min(query.to ?? to, to)))),
        ),
      );
    },
    clock: () => Promise.resolve({ steps: Float64Array.from([1]), timesMs: Float64Array.from([1000]) }),
    watch(series) {
      watched.push(series);
      order.push("watch");
    },
  });
  let wishes: CurveWish[] = [{ run: "a", metric: "train/loss", pixels: 100 }];
  const failed = vi.fn<(message?: string) => void>();
  const consumer: CurveConsumer = {
    wishes: () => wishes,
    clocks: () => [],
    changed: vi.fn<() => void>(),
    failed,
  };
  const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
  return {
    curves,
    consumer,
    failed,
    asked,
    watched,
    order,
    settle,
    wish: (next: CurveWish[]) => (wishes = next),
    grow: (to: number) => (last = to),
    fail: (value: boolean) => (fails = value),
    answer: async () => {
      for (const reply of answers.splice(0)) reply();
      await settle();
    },
    steps: (wish = wishes[0]!) => [...(curves.curve(wish)?.column("mean") ?? [])],
  };
}
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test("all wishes of a turn become one question, about two buckets a pixel", async () => {
  const own = bench();
  own.wish([
    { run: "a", metric: "train/loss", pixels: 300 },
    { run: "a", metric: "eval/loss", pixels: 300 },
  ]);
  own.curves.add(own.consumer);
  own.curves.add({ ...own.consumer, wishes: () => [{ run: "b", metric: "train/loss", pixels: 300 }] });
  await own.settle();
  expect(own.asked).toHaveLength(1);
  expect(own.asked[0]!.map(({ run, metric }) => `${run} ${metric}`)).toEqual([
    "a train/loss",
    "a eval/loss",
    "b train/loss",
  ]);
  expect(own.asked[0]![0]!.buckets).toBe(640);
});

test("only live runs are watched, and before they are asked for", async () => {
  const own = bench();
  own.curves.setLive(["a"]);
  own.curves.add(own.consumer);
  await own.settle();
  expect(own.order).toEqual(["watch", "ask"]);
  expect(own.watched.at(-1)).toEqual([{ run: "a", metric: "train/loss" }]);
});

test("points that arrive before the answer are neither lost nor doubled", async () => {
  const own = bench(10);
  own.curves.setLive(["a"]);
  own.curves.add(own.consumer);
  await own.settle();
  own.curves.points([gains([9, 10, 11])]);
  await own.answer();
  own.curves.points([gains([11, 12])]);
  expect(own.steps()).toEqual(upTo(12));
});

test("a curve that outgrew its width is asked for again and stays drawn until then", async () => {
  const own = bench(100);
  own.curves.setLive(["a"]);
  own.curves.add(own.consumer);
  await own.settle();
  await own.answer();
  const more = Array.from({ length: 500 }, (_, i) => 101 + i);
  own.grow(600);
  own.curves.points([gains(more)]);
  await own.settle();
  expect(own.asked).toHaveLength(2);
  own.curves.points([gains([601])]);
  await own.answer();
  expect(own.steps()).toEqual(upTo(601));
});

test("a zoom is asked for by itself; the overview is drawn meanwhile", async () => {
  const own = bench(10);
  own.curves.add(own.consumer);
  await own.settle();
  await own.answer();
  const zoomed = { run: "a", metric: "train/loss", pixels: 100, range: { from: 3, to: 5 } };
  own.wish([zoomed]);
  own.curves.update();
  await own.settle();
  expect(own.steps(zoomed)).toEqual(upTo(10));
  expect(own.asked.at(-1)![0]).toMatchObject({ from: 3, to: 5 });
  await own.answer();
  expect(own.steps(zoomed)).toEqual([3, 4, 5]);
});

test("a curve that is there point by point needs no question of a part", async () => {
  const own = bench(10);
  own.curves.add(own.consumer);
  await own.settle();
  expect(own.curves.isWhole({ run: "a", metric: "train/loss" })).toBeUndefined();
  await own.answer();
  expect(own.curves.isWhole({ run: "a", metric: "train/loss" })).toBe(true);
});

test("after a refresh everything is asked for anew", async () => {
  const own = bench(10);
  own.curves.add(own.consumer);
  await own.settle();
  await own.answer();
  own.grow(4); // a resume cut the tail off
  own.curves.refresh();
  await own.settle();
  expect(own.steps()).toEqual(upTo(10));
  await own.answer();
  expect(own.steps()).toEqual(upTo(4));
});

test("an answer overtaken by a refresh is not drawn", async () => {
  const own = bench(10);
  own.curves.add(own.consumer);
  await own.settle();
  own.grow(4);
  own.curves.refresh();
  await own.settle();
  await own.answer();
  expect(own.steps()).toEqual(upTo(4));
});

test("a failure is told and asked again only when a person wants it", async () => {
  const own = bench(10);
  own.fail(true);
  own.curves.add(own.consumer);
  await own.settle();
  await own.answer();
  expect(own.failed).toHaveBeenLastCalledWith("Store is busy.");
  own.curves.update();
  await own.settle();
  expect(own.asked).toHaveLength(1);
  own.fail(false);
  own.curves.retry();
  await own.settle();
  await own.answer();
  expect(own.failed).toHaveBeenLastCalledWith(undefined);
  expect(own.steps()).toEqual(upTo(10));
});

test("a run that ended is read once more and not watched any longer", async () => {
  const own = bench(10);
  own.curves.setLive(["a"]);
  own.curves.add(own.consumer);
  await own.settle();
  await own.answer();
  own.grow(12);
  own.curves.setLive([]);
  await own.settle();
  await own.answer();
  expect(own.steps()).toEqual(upTo(12));
  expect(own.watched.at(-1)).toEqual([]);
});
