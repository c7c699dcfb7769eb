import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { evaluationHalfOf, newConfigName, newConfigText } from "../../../src/config/new-config.ts";
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

describe("files beside the data", () => {
  test("the evaluation half is recognised by its name, a development file first", () => {
    const files = [
      "data/train.csv",
      "data/test.csv",
      "data/dev.csv",
      "b/spam-train.jsonl",
      "b/spam-val.jsonl",
      "x.csv",
    ];
    expect(evaluationHalfOf("data/train.csv", files)).toBe("data/dev.csv");
    expect(evaluationHalfOf("b/spam-train.jsonl", files)).toBe("b/spam-val.jsonl");
    expect(evaluationHalfOf("x.csv", files)).toBeUndefined();
    expect(evaluationHalfOf("training/x.csv", files)).toBeUndefined();
    expect(evaluationHalfOf("data/constrain.csv", ["data/consdev.csv"])).toBeUndefined();
  });

  test("a config never takes the name of one that is there", () => {
    const names = new Set<string>();
    const next = () => {
      const name = newConfigName("data/my spam.csv", (one) => names.has(one));
      names.add(name);
      return name;
    };
    expect([next(), next(), next(), next()]).toEqual([
      "finetune.yaml",
      "my-spam.finetune.yaml",
      "my-spam-2.finetune.yaml",
      "my-spam-3.finetune.yaml",
    ]);
  });
});
