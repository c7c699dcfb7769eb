/** Configs the documentation shows; a test keeps them free of errors of shape. */
export const EXAMPLES: readonly { title: string; text: string }[] = [
  {
    title: "A classifier with the embedded trainer, no Python",
    text: `version: 1
task: text-classification
run: { name: tickets, seed: 7, tags: [first] }
model: { framework: tfjs, name_or_path: builtin:use-lite }
data:
  train: data/tickets.csv
  columns: { text: body, label: topic }
  labels: [billing, bug, how-to]
  eval_fraction: 0.2
  max_length: 64
train: { num_train_epochs: 10, per_device_train_batch_size: 16, learning_rate: 1e-4, warmup: "10%" }
eval: { metrics: [accuracy, f1_macro], early_stopping_patience: 3 }
checkpoint: { metric_for_best_model: f1_macro }
`,
  },
  {
    title: "A new head on a frozen model from a folder, with evaluation data of its own",
    text: `version: 1
task: text-classification
model: { framework: tfjs, name_or_path: ./models/minilm, pooling: mean }
data: { train: [data/2024.jsonl, data/2025.parquet], eval: data/dev.tsv, max_length: 128 }
method: { type: freeze, freeze: backbone }
train: { max_steps: 500, per_device_train_batch_size: 32, gradient_accumulation_steps: 2 }
eval: { strategy: steps, steps: 50 }
`,
  },
];
