import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { codeDir } from "../../src/base/code-dir.ts";
import { TrainerBench } from "../support/trainer.ts";

const root = resolve(import.meta.dirname, "../..");
const mails = join(root, "examples/spam/data/train.csv");
const bench = new TrainerBench();
afterAll(() => bench.dispose());

test.skipIf(!existsSync(join(codeDir(), "models/use-lite")))(
  "builtin:use-lite, fine-tuned on 90 mails, beats the majority by far (skipped without dist/models/use-lite)",
  async () => {
    execFileSync(process.execPath, [join(root, "scripts/sample.mjs")]);
    const run = bench.run("use-lite", {
      "model.name_or_path": "builtin:use-lite",
      "data.train": mails,
      "data.max_length": 32,
      "train.num_train_epochs": 2,
      "train.per_device_train_batch_size": 8,
      "train.learning_rate": 0.001,
      "checkpoint.save_optimizer": false,
    });
    const { code, stderr } = await run.train();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const majority = run.all("baseline").find(({ name }) => name === "majority")!;
    const scores = [...run.series("eval/f1_macro").values()];
    expect(scores.at(-1)!).toBeGreaterThan(majority.metrics["eval/f1_macro"]! + 0.2);
    expect(run.all("start")[0]!.facts).toMatchObject({ trainRows: 90, evalRows: 30 });
  },
);
