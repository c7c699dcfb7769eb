import { describe, expect, test } from "vitest";
import { judge } from "../../../../../src/trainers/tfjs/eval/evaluate.ts";
import { argMax, softmaxInPlace } from "../../../../../src/trainers/tfjs/eval/softmax.ts";
import { confusionTable, reportTable, samplesTable } from "../../../../../src/trainers/tfjs/eval/tables.ts";

const LABELS = ["ham", "spam"];

describe("judging probabilities", () => {
  const truth = [0, 1, 1];
  const evaluation = judge(Float64Array.of(0.75, 0.25, 0.5, 0.5, 0.125, 0.875), truth, LABELS);

  test("loss is the mean cross-entropy in nats", () => {
    expect(evaluation.loss).toBeCloseTo(-(Math.log(0.75) + Math.log(0.5) + Math.log(0.875)) / 3, 12);
    expect(Array.from(evaluation.losses)).toEqual([-Math.log(0.75), -Math.log(0.5), -Math.log(0.875)]);
  });

  test("of equal probabilities the first class is predicted", () => {
    expect(Array.from(evaluation.predicted)).toEqual([0, 0, 1]);
    expect(evaluation.metrics["accuracy"]).toBeCloseTo(2 / 3, 12);
  });

  test("a probability of 0 gives a great loss, not an infinite one", () => {
    expect(judge(Float64Array.of(1, 0), [1], LABELS).loss).toBeGreaterThan(700);
    expect(judge(Float64Array.of(1, 0), [1], LABELS).loss).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  test("tables of confusion and of each label", () => {
    expect(confusionTable(evaluation, LABELS)).toEqual({
      name: "eval/confusion_matrix",
      columns: ["label", "ham", "spam"],
      rows: [
        ["ham", 1, 0],
        ["spam", 1, 1],
      ],
    });
    expect(reportTable(evaluation).rows).toEqual([
      ["ham", 0.5, 1, 2 / 3, 1],
      ["spam", 1, 0.5, 2 / 3, 2],
    ]);
  });
});

describe("sample predictions", () => {
  const count = 120;
  const examples = Array.from({ length: count }, (_, row) => ({
    text: `text  ${row}\n${"long ".repeat(100)}`,
    label: row % 2,
    file: "/data.csv",
    row: row + 1,
  }));
  /** Every third row is wrong, the later the surer. */
  const shares = examples.flatMap(({ label }, row) => {
    const right = row % 3 === 0 ? 0.4 - row / 1000 : 0.9;
    return label === 0 ? [right, 1 - right] : [1 - right, right];
  });
  const evaluation = judge(
    Float64Array.from(shares),
    examples.map(({ label }) => label),
    LABELS,
  );
  const { rows, columns } = samplesTable(evaluation, examples, LABELS);

  test("all rows of a small evaluation: mistakes first, dearest first, then right ones in the order of the data", () => {
    expect(columns).toEqual(["text", "label", "prediction", "p(ham)", "p(spam)", "file", "row"]);
    expect(rows).toHaveLength(120);
    expect(rows.slice(0, 3).map((row) => row.at(-1))).toEqual([118, 115, 112]);
    expect(rows.slice(40, 50).map((row) => row.at(-1))).toEqual([2, 3, 5, 6, 8, 9, 11, 12, 14, 15]);
    expect(rows.slice(0, 40).every(([, label, prediction]) => label !== prediction)).toBe(true);
    expect(rows.slice(40).every(([, label, prediction]) => label === prediction)).toBe(true);
  });

  test("of a large one 500: the same rows whatever was predicted, and the dearest mistakes", () => {
    const many = Array.from({ length: 5000 }, (_, row) => ({
      text: `text ${row}`,
      label: 0,
      file: "/data.csv",
      row: row + 1,
    }));
    /** Two evaluations that are wrong on one row in ten, each on others, the later the surer. */
    const [first, second] = [0, 5].map((offset) => {
      const wrong = many.map((_, row) => (row % 10 === offset ? 0.5 - row / 20_000 : 0.9));
      const judged = judge(
        Float64Array.from(wrong.flatMap((p) => [p, 1 - p])),
        many.map(() => 0),
        LABELS,
      );
      return samplesTable(judged, many, LABELS).rows;
    }) as [unknown[][], unknown[][]];
    expect([first.length, second.length]).toEqual([500, 500]);
    expect(first[0]!.at(-1)).toBe(4991);
    const both = new Set(first.map((row) => row.at(-1)));
    expect(second.filter((row) => both.has(row.at(-1))).length).toBeGreaterThanOrEqual(400);
  });

  test("texts are one shortened line", () => {
    const [text] = rows[0]! as [string];
    expect(text).toMatch(/^text 117 long long/);
    expect(Array.from(text)).toHaveLength(201);
    expect(text.endsWith("…")).toBe(true);
  });
});

test("softmax does not overflow", () => {
  expect(Array.from(softmaxInPlace(Float64Array.of(1000, 1000)))).toEqual([0.5, 0.5]);
  expect(argMax(softmaxInPlace(Float32Array.of(-5, 88, 3)))).toBe(1);
});
