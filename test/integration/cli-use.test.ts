import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJson } from "../../src/base/files.ts";
import type { RunRecord } from "../../src/runs/model.ts";
import type { EvaluationRecord } from "../../src/runs/using/evaluate.ts";
import type { Prediction } from "../../src/runs/using/use.ts";
import { CliWorkspace } from "../support/cli.ts";
import { toyRows } from "../support/trainer.ts";

/** Checkpoints of the embedded trainer in use; those of PyTorch are in torch-run. */

let workspace: CliWorkspace;
let run: RunRecord;

beforeAll(async () => {
  workspace = new CliWorkspace();
  workspace.write("held.csv", toyRows(16, 7));
  const options = ["--set", "data.eval=held.csv", "--set", "eval.metrics=[accuracy, f1_macro, auc]"];
  run = await workspace.json("start", "finetune.yaml", "--name", "toy", "--wait", ...options);
});
afterAll(() => workspace.remove());

const kept = (): string[] => {
  try {
    return readdirSync(join(run.dir, "evaluations"));
  } catch {
    return [];
  }
};

describe("a checkpoint of the embedded trainer", () => {
  test("has the run's own figures on the run's own rows, and the run keeps them", async () => {
    const { step, metrics } = run.checkpoints.at(-1)!;
    const on = ["evaluate", "toy", "--checkpoint", "last", "--data", "held.csv"];
    const { file, ...record } = await workspace.json<EvaluationRecord & { file: string }>(...on);
    expect(record).toMatchObject({ run: run.id, step, rows: 16, judgedRows: 16, files: [{ rows: 16 }] });
    expect(Object.keys(metrics)).toContain("eval/auc");
    expect(record.metrics).toMatchObject(metrics);
    expect(record.tables.map(({ name }) => name)).toEqual(["eval/confusion_matrix", "eval/report", "eval/samples"]);
    expect(readJson(file)).toEqual(record);
  });

  test("says of a metric that rows of one class do not give that it is no number", async () => {
    workspace.write("ham.csv", "text,label\nkernel patch,ham\nbuild list,ham\n");
    const { metrics } = await workspace.json<EvaluationRecord>("evaluate", "toy", "--data", "ham.csv");
    expect(metrics["eval/auc"]).toBe("NaN");
    expect(metrics["eval/loss"]).toBeGreaterThan(0);
  });

  test("refuses rows it was not trained for by file and row, and nothing is kept", async () => {
    const before = kept();
    workspace.write("strange.csv", "text,label\nfree cash,spam\nhello,sapm\n");
    const { code, stderr } = await workspace.run("evaluate", "toy", "--data", "strange.csv");
    expect(code).toBe(1);
    expect(stderr).toMatch(/strange\.csv.*row 2.*"sapm" is unknown.*Did you mean spam\?/);
    const missing = await workspace.run("evaluate", "toy", "--data", "nothing.csv");
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("nothing.csv");
    expect(kept()).toEqual(before);
  });

  test("answers texts with their class and the probability of each", async () => {
    const texts = ["free offer win cash", "kernel patch build"];
    const { step, predictions } = await workspace.json<{ step: number; predictions: Prediction[] }>(
      "predict",
      "toy",
      ...texts,
    );
    expect(step).toBe(run.checkpoints.find(({ tags }) => tags.includes("best"))!.step);
    expect(predictions.map(({ text }) => text)).toEqual(texts);
    expect(predictions.map(({ label }) => label)).toEqual(["spam", "ham"]);
    for (const { probabilities = {} } of predictions)
      expect(Number(probabilities["ham"]) + Number(probabilities["spam"])).toBeCloseTo(1, 3);
  });

  test("is asked on a terminal too, an answer a line", async () => {
    const { code, stdout } = await workspace.run("predict", "toy", "win cash", "--checkpoint", "last");
    expect(code).toBe(0);
    expect(stdout).toMatch(/spam {2}\(spam 0\.\d{4}, ham 0\.\d{4}\)/);
  });

  test("is not asked for nothing", async () => {
    const { code, stderr } = await workspace.run("predict", "toy", " ");
    expect(code).toBe(2);
    expect(stderr).toContain("There is no text");
  });
});
