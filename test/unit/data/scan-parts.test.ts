import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { Fingerprints } from "../../../src/data/scan/fingerprints.ts";
import { TextHash } from "../../../src/data/scan/hash.ts";
import { Lengths } from "../../../src/data/scan/lengths.ts";
import { findRepeats } from "../../../src/data/scan/repeats.ts";
import { Sampler } from "../../../src/data/scan/sampler.ts";

test("a hash is of the letters; the normalised one not of their case and blanks", () => {
  const of = (text: string) => {
    const hash = new TextHash();
    hash.of(text);
    return { exact: [hash.exact1, hash.exact2].join(), normal: [hash.normal1, hash.normal2].join() };
  };
  expect(of("One two")).toEqual(of("One two"));
  expect(of("One two").exact).not.toBe(of("one two").exact);
  expect(of(" One\t\n two ").normal).toBe(of("one two").normal);
  expect(of("ÄÖÜ  ß").normal).toBe(of("äöü ß").normal);
  expect(of("onetwo").normal).not.toBe(of("one two").normal);
  const many = new Set(Array.from({ length: 50_000 }, (_, index) => of(`text number ${index}`).exact));
  expect(many.size).toBe(50_000);
});

describe("lengths", () => {
  test("percentiles and shares are those of the sorted list, above 4,096 within 0.3 %", () => {
    const random = createRandom(5);
    const all = Array.from({ length: 5000 }, () => Math.floor(Math.exp(random.next() * 11)));
    const lengths = new Lengths();
    for (const length of all) lengths.add(length);
    const sorted = all.toSorted((a, b) => a - b);
    for (const share of [0, 0.1, 0.5, 0.9, 0.95, 0.99, 1]) {
      const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
      expect(Math.abs(lengths.percentile(share) - exact)).toBeLessThanOrEqual(exact < 4096 ? 0 : exact * 0.003);
    }
    expect(lengths.max).toBe(sorted.at(-1));
    expect(lengths.above(100)).toBe(all.filter((length) => length > 100).length / all.length);
    expect(lengths.mean).toBeCloseTo(all.reduce((sum, length) => sum + length, 0) / all.length);
  });

  test("of nothing are zero", () => {
    expect([new Lengths().mean, new Lengths().percentile(0.5), new Lengths().above(0)]).toEqual([0, 0, 0]);
  });
});

describe("a sample", () => {
  const rowsOf = (count: number, text = "x") => {
    const sampler = new Sampler<{ text: string; answer: null; row: number }>();
    for (let row = 0; row < count; row++) sampler.offer(() => ({ text, answer: null, row }));
    return sampler.rows;
  };

  test("is all rows of little data, and evenly spread ones of much", () => {
    expect(rowsOf(2000)).toHaveLength(2000);
    const spread = rowsOf(123_456).map(({ row }) => row);
    expect(spread.length).toBeGreaterThan(1000);
    expect(spread.length).toBeLessThanOrEqual(2000);
    expect(new Set(spread.slice(1).map((row, index) => row - spread[index]!)).size).toBe(1);
  });

  test("holds long texts cut, and fewer of them", () => {
    const long = rowsOf(2000, "y".repeat(30_000));
    expect(long[0]!.text).toHaveLength(20_000);
    expect(long.length * 20_000).toBeLessThanOrEqual(4_000_000);
  });
});

describe("repetitions", () => {
  test("are counted as a plain set counts them", async () => {
    const random = createRandom(9);
    const prints = new Fingerprints();
    const rows = Array.from({ length: 20_000 }, () => [`text ${random.int(9000)}`, random.int(3)] as const);
    for (const [text, label] of rows) prints.add(text, label);
    const found = await findRepeats(prints, undefined, { hasLabels: true });
    const labels = new Map<string, Set<number>>();
    for (const [text, label] of rows) labels.set(text, (labels.get(text) ?? new Set()).add(label));
    expect(found.duplicates).toBe(rows.length - new Set(rows.map((row) => row.join())).size);
    expect(found.conflicts).toBe([...labels.values()].filter(({ size }) => size > 1).length);
  });

  test("of more rows than are remembered are reckoned from a part of the texts, with all their repetitions", async () => {
    const prints = new Fingerprints(8192);
    for (let row = 0; row < 100_000; row++) prints.add(`text ${row % 50_000}`, 0);
    expect(prints.every).toBeGreaterThan(1);
    expect(prints.length).toBeLessThanOrEqual(8192);
    const { duplicates } = await findRepeats(prints, undefined, { hasLabels: false });
    expect((duplicates * prints.every) / 50_000).toBeGreaterThan(0.9);
    expect((duplicates * prints.every) / 50_000).toBeLessThan(1.1);
  });
});
