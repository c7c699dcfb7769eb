import { describe, expect, test } from "vitest";
import table from "../../../../oracles/sklearn-metrics.json" with { type: "json" };
import { createRandom } from "../../../../../src/base/random.ts";
import { bagOfWords } from "../../../../../src/trainers/tfjs/baselines/bag-of-words.ts";
import { majorityClass } from "../../../../../src/trainers/tfjs/baselines/majority.ts";
import { buildVocabulary, countWords } from "../../../../../src/trainers/tfjs/baselines/word-counts.ts";

const textsOf = (rows: (string | number)[][]): string[] => rows.map(([text]) => String(text));
const labelsOf = (rows: (string | number)[][]): number[] => rows.map(([, label]) => Number(label));

describe("bag of words", () => {
  test.each(table.bag_of_words)("gives the probabilities of scikit-learn's logistic regression (case %#)", (oracle) => {
    const classes = oracle.probabilities[0]!.length;
    expect(buildVocabulary(textsOf(oracle.train), 1000).size).toBe(oracle.vocabulary);
    const probabilities = bagOfWords(textsOf(oracle.train), labelsOf(oracle.train), classes, textsOf(oracle.eval));
    const expected = oracle.probabilities.flat();
    expect(probabilities).toHaveLength(expected.length);
    expected.forEach((value, index) => expect(probabilities[index]).toBeCloseTo(value, 4));
  });

  test("counts words as scikit-learn cuts them", () => {
    const texts = ["Über the re_id, the a b c1", "unknown"];
    const vocabulary = buildVocabulary(texts.slice(0, 1), 100);
    expect([...vocabulary.keys()]).toEqual(["über", "the", "re_id", "c1"]);
    const { starts, columns, counts } = countWords(texts, vocabulary);
    expect(Array.from(starts)).toEqual([0, 4, 4]);
    expect(Array.from(columns)).toEqual([0, 1, 2, 3]);
    expect(Array.from(counts)).toEqual([1, 2, 1, 1]);
  });

  test("of too many words the most frequent are kept", () => {
    expect([...buildVocabulary(["aa bb bb cc cc cc"], 2).keys()]).toEqual(["cc", "bb"]);
  });

  test("large data stays bounded and still learns, also when sorted by class", () => {
    const random = createRandom(1);
    const classes = 20;
    const perClass = 400;
    const labels = Array.from({ length: classes * perClass }, (_, row) => Math.floor(row / perClass));
    const texts = labels.map((label) =>
      Array.from({ length: 60 }, () =>
        random.next() < 0.2 ? `topic${label}x${random.int(5)}` : `word${random.int(5000)}`,
      ).join(" "),
    );
    const probabilities = bagOfWords(texts, labels, classes, texts.slice(0, 400));
    const hits = Array.from({ length: 400 }, (_, row) => {
      const shares = probabilities.subarray(row * classes, (row + 1) * classes);
      return shares.indexOf(Math.max(...shares)) === labels[row];
    }).filter(Boolean).length;
    expect(hits).toBeGreaterThan(350);
  });
});

test("majority is the most frequent training class, the first of equals", () => {
  expect(majorityClass([0, 2, 2, 1], 3)).toBe(2);
  expect(majorityClass([1, 0, 1, 0], 2)).toBe(0);
});
