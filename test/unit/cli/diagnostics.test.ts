import pico from "picocolors";
import { expect, test } from "vitest";
import { diagnosticLines } from "../../../src/cli/diagnostics.ts";
import type { Diagnostic } from "../../../src/config/diagnostic.ts";

const plain = pico.createColors(false);
const finding: Diagnostic = {
  id: "C01",
  severity: "error",
  message: "Unknown key `lr`.",
  key: "train.lr",
  line: 2,
  column: 10,
  endLine: 2,
  endColumn: 12,
  fixes: [],
};

test("a finding shows its line and marks its place", () => {
  expect(diagnosticLines("a.yaml", [finding], "version: 1\ntrain: { lr: 1 }\n", plain)).toEqual([
    "a.yaml:2:10: error C01: Unknown key `lr`.",
    "  2 | train: { lr: 1 }",
    "    |          ^^",
  ]);
});

test("the ways to mend it stand below, those that --fix makes marked", () => {
  const fixes = [
    { title: "Write `train.learning_rate`", safe: true, edits: [] },
    { title: "Remove `train.lr`", safe: false, edits: [] },
  ];
  expect(diagnosticLines("a.yaml", [{ ...finding, fixes }], "\uFEFFversion: 1\r\ntrain: { lr: 1 }\r\n", plain)).toEqual(
    [
      "a.yaml:2:10: error C01: Unknown key `lr`.",
      "  2 | train: { lr: 1 }",
      "    |          ^^",
      "  fix (safe): Write `train.learning_rate`",
      "  fix: Remove `train.lr`",
    ],
  );
});

test("the mark stands below the place after wide characters and tabs", () => {
  const [, line, mark] = diagnosticLines(
    "a.yaml",
    [{ ...finding, line: 1, endLine: 1, column: 5, endColumn: 7 }],
    "微:\t lr",
    plain,
  );
  expect(line).toBe("  1 | 微:  lr");
  expect(mark).toBe("    |      ^^");
});

test("a place over several lines is marked to the end of the first; one without a place has no excerpt", () => {
  const lines = diagnosticLines("a.yaml", [{ ...finding, line: 1, endLine: 3, column: 1 }], "train:\n  x: 1\n", plain);
  expect(lines.at(-1)).toBe("    | ^^^^^^");
  expect(diagnosticLines("a.yaml", [{ ...finding, line: null }], "", plain)).toEqual([
    "a.yaml: error C01: Unknown key `lr`.",
  ]);
});
