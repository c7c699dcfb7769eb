import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashedWords } from "../../../../src/models/tokenizers/hashed-words.ts";
import { huggingFaceTokenizer } from "../../../../src/models/tokenizers/hugging-face.ts";
import { unigramTokenizer } from "../../../../src/models/tokenizers/unigram.ts";
import { randomBert, writeBertFolder } from "../../../support/bert-folder.ts";

describe("unigram", () => {
  const control = ["�", "<s>", "</s>", "x1", "x2", "x3"].map((piece) => [piece, 0] as const);
  const tokenizer = unigramTokenizer([
    ...control,
    ["▁a", -1],
    ["b", -2],
    ["ab", -5],
    ["▁ab", -2.5],
    ["▁", -3],
    ["😀", -4],
  ]);
  const encode = (text: string): number[] => tokenizer.encode(text, 100);

  test("takes the segmentation of the best score, not the longest piece", () => {
    expect(encode("ab")).toEqual([9]); // -2.5 beats -1 - 2
    expect(encode("abb")).toEqual([9, 7]);
    expect(encode("a b")).toEqual([6, 10, 7]);
  });

  test("merges runs of unknown signs into one, and takes control pieces for text", () => {
    expect(encode("azzzb")).toEqual([6, 0, 7]);
    expect(encode("a<s>")).toEqual([6, 0]);
  });

  test("normalises by NFKC, counts signs outside the basic plane as one, and never gives nothing", () => {
    expect(encode("ａ")).toEqual([6]);
    expect(encode("a😀b")).toEqual([6, 11, 7]);
    expect(encode("")).toEqual([0]);
  });

  test("cuts at the length", () => {
    expect(tokenizer.encode("a b b b", 3)).toEqual([6, 10, 7]);
  });
});

describe("hashed words", () => {
  const tokenizer = hashedWords(1000);
  test("the same word is the same id wherever it stands, and ids stay inside the vocabulary", () => {
    const [start, first, comma, second, ...rest] = tokenizer.encode("Word, WORD other!", 100);
    expect(start).toBe(1);
    expect(first).toBe(second);
    expect(comma).not.toBe(first);
    expect(rest).toHaveLength(2);
    for (const id of tokenizer.encode("a b c d e f g h", 100)) expect(id).toBeLessThan(1000);
  });
  test("an empty text is its start, a long one is cut", () => {
    expect(tokenizer.encode("", 8)).toEqual([1]);
    expect(tokenizer.encode("a b c d e", 3)).toHaveLength(3);
  });
});

describe("a Hugging Face folder's", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "tuning-fork-tokenizer-"));
    writeBertFolder(dir, randomBert(), ["a", "b"]);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test("keeps the special tokens when it cuts, and the text's beginning", () => {
    const tokenizer = huggingFaceTokenizer(dir);
    const encode = (text: string, length: number) => tokenizer.encode(text, length);
    expect(encode("red green blue cat", 100)).toEqual([2, 4, 5, 6, 7, 3]);
    expect(encode("red green blue cat", 4)).toEqual([2, 4, 5, 3]);
    expect(encode("", 4)).toEqual([2, 3]);
  });

  test("that is broken is named", () => {
    writeFileSync(join(dir, "tokenizer.json"), '{"model": {"type": "NoSuchModel"}}');
    expect(() => huggingFaceTokenizer(dir)).toThrow(`The tokenizer in ${join(dir, "tokenizer.json")} cannot be read.`);
  });
});
