import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../../../src/store/open-store.ts";
import type { Buckets, Points, RunStore, SeriesQuery } from "../../../src/store/port.ts";
import { randomRun, type Reference } from "../../support/random-run.ts";
import { makeStoreFolder } from "../../support/run-folder.ts";
import { randomNumbers } from "../../support/seeded.ts";

const ROUNDS = Number(process.env["STORE_ROUNDS"] ?? 12);

let folder: ReturnType<typeof makeStoreFolder>;
beforeEach(() => {
  folder = makeStoreFolder();
});
afterEach(() => folder.remove());

/** A mean over the same values in another order of addition. */
const MEAN_ERROR = 1e-9;

/** Checks a bucket answer against the points it must sum up: its own counts say which points each bucket has. */
function expectBuckets(answer: Buckets, { steps, values }: Pick<Points, "steps" | "values">, asked: number): void {
  const n = answer.count.length;
  expect(n).toBeLessThanOrEqual(asked);
  if (steps.length <= asked) expect(n).toBe(steps.length);
  expect(answer.count.reduce((sum, count) => sum + count, 0)).toBe(steps.length);
  let at = 0;
  for (let i = 0; i < n; i++) {
    const to = at + answer.count[i]!;
    const finite = values.subarray(at, to).filter(Number.isFinite);
    const scale = finite.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
    expect([answer.step0[i], answer.step1[i]]).toEqual([steps[at], steps[to - 1]]);
    expect(answer.finite[i]).toBe(finite.length);
    expect(answer.min[i]).toBe(finite.length > 0 ? finite.reduce((a, b) => Math.min(a, b)) : Number.NaN);
    expect(answer.max[i]).toBe(finite.length > 0 ? finite.reduce((a, b) => Math.max(a, b)) : Number.NaN);
    const mean = finite.reduce((sum, value) => sum + value / finite.length, 0);
    if (finite.length > 0) expect(Math.abs(answer.mean[i]! - mean)).toBeLessThanOrEqual(MEAN_ERROR * scale);
    else expect(answer.mean[i]).toBeNaN();
    at = to;
  }
}

/** Equality of whole columns, quick where they are equal and with a readable difference where not. */
function expectColumns(actual: Points | Buckets, expected: Points | Buckets): void {
  const same = Object.entries(expected).every(([name, column]: [string, unknown]) => {
    const other: unknown = actual[name as keyof typeof actual];
    if (!(column instanceof Float64Array) || !(other instanceof Float64Array)) return column === other;
    return column.length === other.length && column.every((value, i) => Object.is(value, other[i]));
  });
  if (!same) expect(actual).toEqual(expected);
}

function queriesFor(reference: Reference, random: ReturnType<typeof randomNumbers>): SeriesQuery[] {
  return [...reference.metrics].flatMap((metric) =>
    (["counting", "abandoned"] as const).flatMap((part) => {
      const query: SeriesQuery = { run: reference.run.id, metric, part };
      const from = random.integer(-5, reference.lastStep);
      const range = { from, to: from + random.integer(0, reference.lastStep) };
      const buckets = random.pick([1, 2, 7, 60, 300, 1000]);
      return [query, { ...query, ...range }, { ...query, buckets }, { ...query, ...range, buckets }];
    }),
  );
}

async function expectTruth(
  store: RunStore,
  reference: Reference,
  queries: SeriesQuery[],
): Promise<(Points | Buckets)[]> {
  const answers = await store.seriesMany(queries);
  queries.forEach((query, i) => {
    const truth = reference.points(query);
    const answer = answers[i]!;
    if (answer.kind === "points") expectColumns(answer, { kind: "points", ...truth });
    else expectBuckets(answer, truth, query.buckets!);
  });
  const record = (await store.get(reference.run.id))!;
  expect(record.metrics).toEqual(reference.summaries());
  return answers;
}

describe("answers about series are those of the journal", () => {
  test.each(Array.from({ length: ROUNDS }, (_, round) => round))("round %i", async (round) => {
    const random = randomNumbers(1000 + round);
    const reference = randomRun(folder.root, random);
    const store = await openStore(folder.root);
    const byReader = await openStore(folder.root, { readOnly: true });
    try {
      const bursts = random.integer(1, 4);
      for (let burst = 0; burst < bursts; burst++) {
        reference.grow();
        await store.sync();
        await expectTruth(store, reference, queriesFor(reference, random));
      }
      const queries = queriesFor(reference, random);
      const live = await expectTruth(store, reference, queries);
      await byReader.sync();
      expectSame(await expectTruth(byReader, reference, queries), live);

      reference.run.state("finished"); // everything is committed now
      await store.sync();
      const record = await store.get(reference.run.id);
      const sealed = await expectTruth(store, reference, queries);
      expectSame(sealed, live);
      await byReader.sync();
      expectSame(await expectTruth(byReader, reference, queries), sealed);

      await store.reindex();
      expectSame(await expectTruth(store, reference, queries), sealed);
      expect(await store.get(reference.run.id)).toEqual(record);
    } finally {
      await store.close();
      await byReader.close();
    }
  });
});

/** The same answers; a mean out of rollup cells may differ from one out of points in its last bits. */
function expectSame(actual: (Points | Buckets)[], expected: (Points | Buckets)[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((answer, i) => {
    const other = expected[i]!;
    if (answer.kind === "buckets" && other.kind === "buckets") expectColumns(answer, { ...other, mean: answer.mean });
    else expectColumns(answer, other);
  });
}
