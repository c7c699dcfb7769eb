import { expect, test } from "vitest";
import { answerText, progressText } from "../../../../src/runs/using/words.ts";

test("an answer says what its task gives: the likeliest classes, entities, what was written, a similarity", () => {
  const probabilities = { a: 0.05, b: 0.7, c: 0.1, d: 0.12, e: 0.03 };
  expect(answerText({ text: "t", label: "b", probabilities })).toBe("b  (b 0.7000, d 0.1200, c 0.1000, a 0.0500)");
  const entities = [
    { type: "PER", text: "Ada", start: 0, end: 3 },
    { type: "LOC", text: "Cork", start: 7, end: 11 },
  ];
  expect(answerText({ text: "t", entities })).toBe("PER: Ada, LOC: Cork");
  expect(answerText({ text: "t", entities: [] })).toBe("no entities");
  expect(answerText({ text: "t", generated: "" })).toBe("");
  expect(answerText({ text: "t", similarity: 0.81234 })).toBe("0.8123");
  expect(answerText({ text: "t", similarity: "NaN" })).toBe("NaN");
});

test("progress is counted where something is, and a phase without words is told as it is", () => {
  expect(progressText({ phase: "evaluating", done: 1280, total: 2702 })).toBe("Evaluating: 1,280 of 2,702");
  expect(progressText({ phase: "loading PyTorch", done: 0, total: 0 })).toBe("Loading PyTorch…");
  expect(progressText({ phase: "warming up", done: 0, total: 0 })).toBe("warming up…");
});
