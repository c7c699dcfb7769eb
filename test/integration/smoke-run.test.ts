import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { validateFile } from "../../src/config/validate.ts";
import { recordedRunsIn } from "../../src/runs/recorded-peaks.ts";
import { comparePredictions } from "../../src/runs/smoke/compare.ts";
import { smokeRun, type SmokeStage } from "../../src/runs/smoke/smoke.ts";
import { ConfigRefused } from "../../src/runs/start-refused.ts";
import type { TableEvent } from "../../src/journal/events.ts";
import { dataFolder } from "../support/data-folder.ts";

const ROWS = `text,label\n${Array.from({ length: 60 }, (_, row) => `${row % 2 ? "good" : "bad"} thing ${row},${row % 2 ? "a" : "b"}`).join("\n")}\n`;
const CONFIG = `version: 1
task: text-classification
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: t.csv, max_length: 16 }
train: { num_train_epochs: 50, per_device_train_batch_size: 4, learning_rate: 0.01 }
hardware: { backend: cpu }
`;
const scratchFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("tuning-fork-smoke-"));
const env = { ...process.env };

describe("two steps of a config", () => {
  test("train, evaluate, save, reload and predict the same, and leave nothing behind", async () => {
    const folder = dataFolder({ "t.csv": ROWS, "finetune.yaml": CONFIG });
    const before = scratchFolders();
    const stages: SmokeStage[] = [];
    const result = await smokeRun(join(folder, "finetune.yaml"), { env, onStage: (stage) => stages.push(stage) });
    expect(result).toMatchObject({ ok: true, problem: null, reload: { rows: 6, changed: 0 } });
    expect(result.losses).toHaveLength(2);
    expect(result.reload.maxDifference).toBeLessThan(1e-4);
    expect(result.checkpointBytes).toBeGreaterThan(1000);
    expect(result.metrics["eval/loss"]).toBeGreaterThan(0);
    // 54 training rows in batches of 4 are 14 steps an epoch, 50 epochs long.
    expect(result.timesMs.realRun).toBe(700 * result.timesMs.step!);
    expect(stages).toEqual(["training", "reloading"]);
    expect(scratchFolders()).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(["finetune.yaml", "t.csv"]);
  }, 120_000);

  test("leave their pace in the store they are told of, for estimates; a later run of the same takes its place", async () => {
    const folder = dataFolder({ "t.csv": ROWS, "finetune.yaml": CONFIG });
    const storeRoot = join(folder, ".tuning-fork");
    const file = join(folder, "finetune.yaml");
    const time = async () =>
      (await validateFile(file, { env, history: await recordedRunsIn(storeRoot) })).estimate!.seconds;
    expect(await time()).toMatchObject({ low: null });
    const { timesMs } = await smokeRun(file, { env, storeRoot });
    const { low, high, from } = await time();
    expect(from).toMatch(/^from the two-step smoke run of /);
    expect(low! * 1000).toBeCloseTo(timesMs.realRun! / 2, 3);
    expect(high! * 1000).toBeCloseTo(timesMs.realRun! * 1.5, 3);
    const again = await smokeRun(file, { env, storeRoot });
    expect((await recordedRunsIn(storeRoot)).map(({ secondsPerStep }) => secondsPerStep)).toEqual([
      again.timesMs.step! / 1000,
    ]);
    // It is no run: lists and the version control of the folder do not see it.
    expect(readdirSync(join(storeRoot, "runs"))).toEqual([]);
    expect(readFileSync(join(storeRoot, ".gitignore"), "utf8")).toBe("*\n");
  }, 240_000);

  test("a config with errors is refused before anything is made", async () => {
    const folder = dataFolder({ "t.csv": ROWS, "finetune.yaml": `${CONFIG}lr: 1\n` });
    await expect(smokeRun(join(folder, "finetune.yaml"), { env })).rejects.toBeInstanceOf(ConfigRefused);
  });

  test("a trainer that fails says why; nothing is left", async () => {
    // The model's folder is right as far as its config goes; its weights are cut short.
    const folder = dataFolder({
      "t.csv": ROWS,
      "finetune.yaml": CONFIG.replace("builtin:tiny", "./model"),
      "model/config.json": JSON.stringify({ model_type: "bert", hidden_size: 8, num_hidden_layers: 1 }),
      "model/model.safetensors": "short",
      "model/tokenizer.json": "{}",
    });
    const before = scratchFolders();
    await expect(smokeRun(join(folder, "finetune.yaml"), { env })).rejects.toThrow(/model\.safetensors/);
    expect(scratchFolders()).toEqual(before);
  }, 120_000);

  test("a rate that blows the model up is told, with what to do", async () => {
    const folder = dataFolder({ "t.csv": ROWS, "finetune.yaml": CONFIG.replace("0.01", "1e38") });
    const result = await smokeRun(join(folder, "finetune.yaml"), { env });
    expect(result).toMatchObject({ ok: false, problem: expect.stringMatching(/^After two steps eval\/loss is NaN\./) });
  }, 120_000);

  test("a cancelled one ends its trainer and leaves nothing", async () => {
    const folder = dataFolder({ "t.csv": ROWS, "finetune.yaml": CONFIG });
    writeFileSync(join(folder, "t.csv"), ROWS);
    const before = scratchFolders();
    const cancel = new AbortController();
    const onStage = (): void => void setTimeout(() => cancel.abort(), 300);
    await expect(smokeRun(join(folder, "finetune.yaml"), { env, signal: cancel.signal, onStage })).rejects.toThrow(
      /abort/i,
    );
    expect(scratchFolders()).toEqual(before);
  }, 120_000);
});

describe("predictions before and after", () => {
  const table = (...rows: (string | number)[][]): TableEvent => ({
    t: "table",
    timeMs: 0,
    name: "eval/samples",
    step: 2,
    columns: ["text", "label", "prediction", "p(a)", "p(b)", "file", "row"],
    rows,
  });
  const one = (prediction: string, share: number, row = 1) => ["x", "a", prediction, share, 1 - share, "f.csv", row];

  test("of a head that was not saved differ", () => {
    const found = comparePredictions(table(one("a", 0.9), one("b", 0.2, 2)), table(one("b", 0.4), one("b", 0.2, 2)));
    expect(found).toMatchObject({ rows: 2, changed: 1 });
    expect(found.maxDifference).toBeCloseTo(0.5);
    expect(found.problem).toMatch(/1 of 2 rows change, probabilities by up to 0\.5/);
  });

  test("that another order of adding up moves a little are the same", () => {
    expect(comparePredictions(table(one("a", 0.9)), table(one("a", 0.9001))).problem).toBeNull();
  });
});
