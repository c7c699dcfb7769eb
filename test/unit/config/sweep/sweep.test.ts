import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkAnyFile } from "../../../../src/config/check-any.ts";
import { gridSize, trialCount, trialsOf, trialText, type Sweep } from "../../../../src/config/sweep/sweep.ts";
import type { SweepReport } from "../../../../src/config/sweep/check-sweep.ts";
import { dataFolder } from "../../../support/data-folder.ts";

const GRID: Sweep = {
  base: "a.yaml",
  method: "grid",
  parameters: { "train.learning_rate": { values: [0.1, 0.2] }, "method.r": { values: [8, 16, 32] } },
};
const texts = (sweep: Sweep, seed = 1): string[] => trialsOf(sweep, seed).map(trialText);

describe("the trials of a grid", () => {
  test("are all combinations, the last parameter changing fastest", () => {
    expect(gridSize(GRID)).toBe(6);
    expect(texts(GRID)).toEqual([
      "train.learning_rate=0.1, method.r=8",
      "train.learning_rate=0.1, method.r=16",
      "train.learning_rate=0.1, method.r=32",
      "train.learning_rate=0.2, method.r=8",
      "train.learning_rate=0.2, method.r=16",
      "train.learning_rate=0.2, method.r=32",
    ]);
  });

  test("take values that go together as one", () => {
    const zip = [{ "method.type": "lora" }, { "method.type": "full", "train.learning_rate": 2e-5 }];
    const sweep: Sweep = { ...GRID, zip, parameters: { "run.seed": { values: [1, 2] } } };
    expect(texts(sweep)).toEqual([
      "method.type=lora, run.seed=1",
      "method.type=lora, run.seed=2",
      "method.type=full, train.learning_rate=0.00002, run.seed=1",
      "method.type=full, train.learning_rate=0.00002, run.seed=2",
    ]);
  });

  test("end at max_runs", () => {
    expect(trialCount({ ...GRID, max_runs: 4 })).toBe(4);
    expect(texts({ ...GRID, max_runs: 4 })).toHaveLength(4);
    expect(trialCount({ ...GRID, max_runs: 40 })).toBe(6);
  });
});

describe("the trials of a random sweep", () => {
  const sweep: Sweep = {
    method: "random",
    max_runs: 200,
    parameters: {
      "train.learning_rate": { distribution: "log_uniform_values", min: 1e-5, max: 1e-1 },
      "method.r": { distribution: "int_uniform", min: 2, max: 4 },
      "model.dropout": { distribution: "uniform", min: 0, max: 0.5 },
      "run.seed": { values: [1, 2] },
    },
  };
  const valuesOf = (key: string): number[] =>
    trialsOf(sweep, 7).map((trial) => trial.find((one) => one.key === key)!.value as number);

  test("are the same for the same seed, others for another", () => {
    expect(texts(sweep, 7)).toEqual(texts(sweep, 7));
    expect(texts(sweep, 8)).not.toEqual(texts(sweep, 7));
  });

  test("lie within their ranges, rates spread over the powers of ten", () => {
    const rates = valuesOf("train.learning_rate");
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-5);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1e-1);
    for (const power of [1e-4, 1e-3, 1e-2])
      expect(rates.filter((rate) => rate < power).length).toBeGreaterThan(200 * 0.25 * (Math.log10(power) + 5) * 0.6);
    expect(new Set(valuesOf("method.r"))).toEqual(new Set([2, 3, 4]));
    expect(new Set(valuesOf("run.seed"))).toEqual(new Set([1, 2]));
    expect(valuesOf("model.dropout").every((value) => value >= 0 && value <= 0.5)).toBe(true);
  });
});

describe("what is found of a sweep", () => {
  const BASE = `version: 1
task: text-classification
model: { framework: tfjs, name_or_path: "builtin:use-lite" }
data: { train: t.csv }
train: { learning_rate: 3e-4 }
eval: { metrics: [accuracy, f1_macro] }
`;
  const ROWS = `text,label\n${Array.from({ length: 200 }, (_, row) => `some text ${row},${row % 2 ? "a" : "b"}`).join("\n")}\n`;

  async function check(sweep: string, base = BASE): Promise<{ report: SweepReport; found: string[] }> {
    const folder = dataFolder({ "t.csv": ROWS, "base.finetune.yaml": base });
    writeFileSync(join(folder, "x.sweep.yaml"), sweep);
    const { report } = await checkAnyFile(join(folder, "x.sweep.yaml"), { env: {}, tiers: ["text", "files"] });
    const found = report.diagnostics.map(({ id, line, column, severity, message }) =>
      `${line}:${column} ${id} ${severity} ${message}`.replaceAll(folder, "…"),
    );
    return { report: report as SweepReport, found };
  }

  test("one without faults: its size, the facts of its base", async () => {
    const { report, found } = await check(
      "base: base.finetune.yaml\nmethod: grid\nparameters:\n  train.learning_rate: { values: [2e-4, 3e-4] }\n  run.seed: { values: [1, 2] }\n",
    );
    expect(found).toEqual([]);
    expect(report).toMatchObject({ ok: true, sweep: { trials: 4, grid: 4, checked: 4 }, facts: { classes: 2 } });
  });

  test("a value that makes a trial wrong is marked where it stands, once", async () => {
    const { report, found } = await check(
      `base: base.finetune.yaml\nmethod: grid\nparameters:\n  train.learning_rate: { values: [3e-4, fast, 0.5] }\n  method.type: { values: [full, qlora] }\n`,
    );
    expect(report.ok).toBe(false);
    expect(found).toEqual([
      expect.stringMatching(/^4:41 C62 error .*`train.learning_rate` must be a number/),
      expect.stringMatching(/^4:47 C34 warning /),
      expect.stringMatching(/^5:33 C31 error .*qlora/),
    ]);
  });

  test("what only a combination brings about names the trial", async () => {
    const { found } = await check(
      "base: base.finetune.yaml\nmethod: grid\nparameters:\n  eval.strategy: { values: [epoch, no] }\n",
      `${BASE}checkpoint: { metric_for_best_model: f1_macro }\n`,
    );
    expect(found).toEqual([
      expect.stringMatching(/^3:1 C07 error With eval.strategy=no: The best f1_macro needs evaluations/),
    ]);
  });

  test("a base that is not there, or has errors", async () => {
    const parameters = "method: grid\nparameters: { run.seed: { values: [1, 2] } }\n";
    expect((await check(`base: gone.finetune.yaml\n${parameters}`)).found).toEqual([
      expect.stringMatching(/^1:7 C60 error The config file …\/gone\.finetune\.yaml does not exist/),
    ]);
    const broken = await check(`base: base.finetune.yaml\n${parameters}`, `${BASE}lr: 1\n`);
    expect(broken.found).toEqual([expect.stringMatching(/^1:7 C60 error base\.finetune\.yaml has an error: `lr` is/)]);
  });

  test("a key that is misspelt, with the fix a config gets", async () => {
    const { found, report } = await check(
      "base: base.finetune.yaml\nmethod: grid\nparameters:\n  train.learning_rte: { values: [1e-4] }\n",
    );
    expect(found).toEqual([expect.stringMatching(/^4:3 C60 error .*Did you mean `learning_rate`\?/)]);
    expect(report.diagnostics[0]!.fixes).toMatchObject([
      { safe: true, edits: [{ kind: "move", to: ["parameters", "train.learning_rate"] }] },
    ]);
  });

  test("fractions for a key of whole numbers are told of the distribution, null among values is a value", async () => {
    const { found } = await check(
      "base: base.finetune.yaml\nmethod: random\nmax_runs: 4\nparameters:\n  train.gradient_accumulation_steps: { distribution: uniform, min: 1, max: 8 }\n  train.max_steps: { values: [null, 50] }\n",
    );
    expect(found).toEqual([expect.stringMatching(/^5:54 C60 error .*whole numbers only. Write `distribution: int_/)]);
  });

  test("a wrong shape hides neither wrong keys nor a base that is not there", async () => {
    const { found } = await check(
      "base: gone.yaml\nmethod: gridd\nparameters:\n  train.learning_rte: { values: [1e-4] }\n  train.weight_decay: { values: adam }\n",
    );
    expect(found).toEqual([
      expect.stringMatching(/^1:7 C60 error .*gone\.yaml does not exist/),
      expect.stringMatching(/^2:9 C62 error .*Did you mean `grid`/),
      expect.stringMatching(/^4:3 C60 error .*learning_rte/),
      expect.stringMatching(/^5:33 C62 error .* must be a list of values, not the text "adam"/),
    ]);
  });

  test("of many trials it says how many there are", async () => {
    const seeds = Array.from({ length: 1000 }, (_, seed) => seed).join(", ");
    const { report } = await check(
      `base: base.finetune.yaml\nmethod: grid\nparameters:\n  run.seed: { values: [${seeds}] }\n  method.r: { values: [${seeds.slice(3, 100).replace(/, \d*$/, "")}] }\n`,
    );
    expect(report.skipped).toContainEqual({
      id: "C60",
      reason: `only the first 200 of ${report.sweep.trials!.toLocaleString("en")} trials are checked`,
    });
    expect(report.sweep.trials).toBeGreaterThan(10_000);
  });

  test("an empty, a broken and a foreign text", async () => {
    expect((await check("")).found).toEqual([expect.stringMatching(/C00 error The file is empty. A sweep starts/)]);
    expect((await check("base: [\n")).found[0]).toMatch(/C00 error/);
    expect((await check("program: train.py\nmethod: bayes\n")).found.join("\n")).toMatch(/C01[^]*C62/);
  });
});
