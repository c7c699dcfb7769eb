import { mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toyRows } from "../support/trainer.ts";

/** As a user's own, with a model that trains a step in milliseconds. */
const CONFIG = `version: 1
task: text-classification
run: { name: toy, seed: 42 }
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: toy.csv, eval_fraction: 0.25, max_length: 16 }
train: { num_train_epochs: 3, per_device_train_batch_size: 8, learning_rate: 0.003 }
eval: { metrics: [accuracy, f1_macro] }
checkpoint: { metric_for_best_model: f1_macro }
hardware: { backend: wasm }
`;

/** Makes the folder the tests of the extension host have open: `finetune.yaml` and its data. The caller removes it. */
export function makeWorkspace(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tuning-fork-host-")));
  writeFileSync(join(folder, "toy.csv"), toyRows());
  writeFileSync(join(folder, "finetune.yaml"), CONFIG);
  return folder;
}
