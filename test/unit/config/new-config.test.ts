import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { newConfigText } from "../../../src/config/new-config.ts";
import { validateFile } from "../../../src/config/validate.ts";

const folder = mkdtempSync(join(tmpdir(), "tuning-fork-new-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a new config starts as it is, odd names included", async () => {
  const rows = Array.from({ length: 40 }, (_, row) => `"text, ${row}",${row % 2 ? "no" : "it's: odd"}`);
  writeFileSync(join(folder, "my data.csv"), `the text,true\n${rows.join("\n")}\n`);
  const text = newConfigText({
    dataFile: "my data.csv",
    textColumn: "the text",
    labelColumn: "true",
    labels: ["it's: odd", "no"],
    rows: 40,
    name: "my folder",
  });
  writeFileSync(join(folder, "finetune.yaml"), text);
  const { diagnostics, ok } = await validateFile(join(folder, "finetune.yaml"));
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(ok).toBe(true);
});
