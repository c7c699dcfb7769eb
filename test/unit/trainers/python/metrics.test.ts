import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../../../src/base/random.ts";
import type { Example } from "../../../../src/data/types.ts";
import type { EventWriter } from "../../../../src/journal/writer.ts";
import { judge } from "../../../../src/trainers/tfjs/eval/evaluate.ts";
import { softmaxInPlace } from "../../../../src/trainers/tfjs/eval/softmax.ts";
import { confusionTable, reportTable, samplesTable, type Table } from "../../../../src/trainers/tfjs/eval/tables.ts";
import { writeBaselines } from "../../../../src/trainers/tfjs/train/baselines.ts";
import { chooseMetrics } from "../../../../src/trainers/tfjs/train/evaluator.ts";
import { testPython } from "../../../support/test-python.ts";

interface Found {
  metrics: Record<string, number>;
  tables: [string, string[], unknown[][]][];
  baselines: [string, Record<string, number>][];
}

/** Words of several scripts, signs of two UTF-16 units, and every kind of white space. */
const WORDS = ["offer", "Patch", "ÜBER", "re_id", "日本", "e\u0301t\u00e9", "नमस्ते", "😀", "a", "42", "İstanbul", "ΣΑΣ"];
const SPACES = [" ", "\n", "\t ", "\u00a0", "\u2003", "\ufeff", "\u2028"];
/** White space in Python, not in JavaScript. */
const SIGNS = ["\u0085", "\u001c"];

const pick = (random: Random, from: readonly string[]): string => from[random.int(from.length)]!;

function drawRows(random: Random, count: number, classes: number, file: string): Example[] {
  return Array.from({ length: count }, (_, row) => {
    const label = random.int(classes);
    const words = Array.from({ length: random.int(row % 9 === 0 ? 120 : 12) + 1 }, () =>
      random.next() < 0.3 ? `topic${label}` : pick(random, [...WORDS, ...SIGNS]),
    );
    return { text: words.map((word) => word + pick(random, SPACES)).join(""), label, file, row: row + 1 };
  });
}

describe.each([
  ["two classes, every row shown", 2, 130],
  ["three classes, some of the rows shown", 3, 1300],
  ["a hundred classes, a fifth of the rows shown", 100, 1000],
])("%s: Python finds what the embedded trainer finds", (_, classes, count) => {
  const random = createRandom(classes);
  const labels = Array.from({ length: classes }, (__, index) => `class ${index}`);
  const train = drawRows(random, 200, classes, "/data/train.csv");
  const evaluation = drawRows(random, count, classes, "/data/eval.csv");
  const scores = evaluation.map(({ label }) =>
    labels.map((__, index) => Math.fround(random.gaussian() + (index === label ? 1.5 : 0))),
  );
  // Every fifth row is given what the row before it is given: equal losses and equal probabilities.
  const logits = scores.flatMap((row, index) => (index % 5 === 4 ? scores[index - 1]! : row));
  let found: Found;

  beforeAll(() => {
    const output = execFileSync(testPython(), [join(import.meta.dirname, "../../../support/judge.py")], {
      input: JSON.stringify({ train, eval: evaluation, labels, logits }),
      encoding: "utf8",
      maxBuffer: 1e8,
      timeout: 60_000,
    });
    found = JSON.parse(output) as Found;
  });

  const probabilities = Float64Array.from(logits);
  for (let at = 0; at < logits.length; at += classes) softmaxInPlace(probabilities.subarray(at, at + classes));
  const truth = evaluation.map(({ label }) => label);
  const judged = judge(probabilities, truth, labels);

  test("metrics", () => {
    const values = { loss: judged.loss, ...judged.metrics };
    expect(Object.keys(found.metrics).sort()).toEqual(Object.keys(values).sort());
    for (const [name, value] of Object.entries(values)) expect(found.metrics[name], name).toBeCloseTo(value, 9);
  });

  test("tables: the same rows in the same order", () => {
    const tables: Table[] = [
      confusionTable(judged, labels),
      reportTable(judged),
      samplesTable(judged, evaluation, labels),
    ];
    expect(found.tables).toEqual(tables.map(({ name, columns, rows }) => [name, columns, rows]));
  });

  test("simple rules", () => {
    const written: { name: string; metrics: Record<string, number> }[] = [];
    const journal = { write: (event: (typeof written)[number]) => written.push(event) } as unknown as EventWriter;
    const choice = chooseMetrics(
      ["accuracy", "f1_macro", "f1_micro", "precision_macro", "recall_macro", "auc"],
      "loss",
    );
    const classCounts = { train: {}, eval: {} };
    writeBaselines(journal, { train, eval: evaluation, labels, classCounts, files: [], facts: {} }, choice);
    expect(found.baselines.map(([name]) => name)).toEqual(written.map(({ name }) => name));
    written.forEach(({ metrics }, index) => {
      const own = found.baselines[index]![1];
      expect(
        Object.keys(own)
          .map((name) => `eval/${name}`)
          .sort(),
      ).toEqual(Object.keys(metrics).sort());
      for (const [name, value] of Object.entries(own)) {
        // Both minimise until the gradient is small, by sums in another order.
        expect(value, name).toBeCloseTo(metrics[`eval/${name}`]!, 3);
      }
    });
  });
});
