import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunRecord } from "../../../src/runs/model.ts";
import { summaryText } from "../../../src/runs/summary-text.ts";

const dir = mkdtempSync(join(tmpdir(), "tuning-fork-summary-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const record = (config: Record<string, unknown>): RunRecord =>
  ({
    id: "01RUN",
    name: "spam",
    state: "failed",
    cause: "Out of memory",
    createdMs: 0,
    startedMs: 0,
    progress: { step: 12, total: 40, epoch: null },
    model: "builtin:tiny",
    method: "full",
    task: "text-classification",
    metrics: {
      "train/loss": { last: 0.5, lastStep: 12, min: 0.4, minStep: 9, max: "NaN", maxStep: 3, count: 12 },
    },
    checkpoints: [
      { step: 10, present: true, tags: ["best"], metrics: { "eval/f1_macro": 0.91 } },
      { step: 5, present: false, tags: [], metrics: {} },
    ],
    alerts: [{ step: 3, message: "The loss is not a number." }],
    facts: {},
    config,
    dir,
  }) as unknown as RunRecord;

test("tells state, figures and the end of the output, without colours and secrets", () => {
  const lines = Array.from({ length: 200 }, (_, line) => `\u001B[31mline ${line}\u001B[0m`);
  writeFileSync(join(dir, "output.log"), `${lines.join("\n")}\nHF_TOKEN=hf_abcdefghijklmnopqrstuvwx\n`);
  const text = summaryText(record({ hardware: { env: { WANDB_API_KEY: "0123456789abcdef" } } }));
  expect(text).toContain("State: failed. Out of memory");
  expect(text).toContain("- train/loss: 0.5000, 0.4000, NaN");
  expect(text).toContain("- step 10 (best): eval/f1_macro 0.9100");
  expect(text).not.toContain("step 5");
  expect(text).toContain("- step 3: The loss is not a number.");
  expect(text).toContain("line 199");
  expect(text).not.toContain("line 100\n");
  expect(text).not.toContain("\u001B");
  expect(text).not.toMatch(/hf_abc|0123456789abcdef/);
});

test("stays within what a conversation takes", () => {
  const text = summaryText(record({ long: "x".repeat(100_000) }));
  expect(text.length).toBeLessThan(25_000);
  expect(text).toContain("(cut)");
});
