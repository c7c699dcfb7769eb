import { CliWorkspace } from "../../support/cli.ts";
import { toyRows } from "../../support/trainer.ts";

/** A config whose run lasts: a step takes tens of milliseconds, an evaluation with a checkpoint comes every 20 steps. */
const CONFIG = `version: 1
task: text-classification
run: { name: toy, seed: 42 }
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: toy.csv, eval_fraction: 0.1, max_length: 32 }
train: { max_steps: STEPS, per_device_train_batch_size: 16, gradient_accumulation_steps: 8, learning_rate: 0.0003 }
eval: { strategy: steps, steps: 20, metrics: [accuracy, f1_macro] }
checkpoint: { metric_for_best_model: f1_macro, save_total_limit: 3 }
hardware: { backend: wasm }
`;

/** A workspace whose `finetune.yaml` trains for so many steps. Remove it in `afterAll`; that ends its runs too. */
export function makeWorkspace(steps: number): CliWorkspace {
  const workspace = new CliWorkspace();
  workspace.write("toy.csv", toyRows(400));
  workspace.write("finetune.yaml", CONFIG.replace("STEPS", String(steps)));
  return workspace;
}
