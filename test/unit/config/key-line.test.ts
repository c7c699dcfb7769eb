import { expect, test } from "vitest";
import { keyLine } from "../../../src/config/key-line.ts";

const TEXT =
  "version: 1\ntask: text-classification\ntrain:\n  # speed\n  learning_rate: 1e-4\n  betas: [0.9,\n    0.99]\n";

test("a key is found on its line, a missing one at its group, else at the task", () => {
  expect(keyLine(TEXT, "train.learning_rate")).toBe(5);
  expect(keyLine(TEXT, "train.betas.1")).toBe(7);
  expect(keyLine(TEXT, "train.optim")).toBe(3);
  expect(keyLine(TEXT, "method.type")).toBe(2);
  expect(keyLine("not: [a config", "train")).toBe(1);
});
