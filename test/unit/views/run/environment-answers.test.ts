import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runFile } from "../../../../src/runs/layout.ts";
import type { RunRecord } from "../../../../src/runs/model.ts";
import { environmentAnswers } from "../../../../src/views/run/environment-answers.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tuning-fork-environment-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const answer = () => {
  const record = { dir, environment: { host: "here" }, facts: { trainRows: 3 }, process: { exitCode: 1 } };
  return environmentAnswers(async () => record as unknown as RunRecord).environment();
};

test("what is recorded comes as it is; without a patch there are no uncommitted changes", async () => {
  expect(await answer()).toEqual({
    environment: { host: "here" },
    facts: { trainRows: 3 },
    process: { exitCode: 1 },
    patchBytes: 0,
    patchFiles: 0,
  });
});

test("the files of the uncommitted changes are counted, not lines that look like them", async () => {
  const patch =
    "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-diff --git a\n+diff --git b\ndiff --git a/ü.py b/ü.py\n";
  writeFileSync(runFile(dir, "codePatch"), patch);
  expect(await answer()).toMatchObject({ patchBytes: Buffer.byteLength(patch), patchFiles: 2 });
});
