import { evalRows } from "../arithmetic.ts";
import { yamlText } from "../edit/value-text.ts";
import { evaluationText, headText, newConfigText } from "../new-config.ts";
import type { Goal, Roles, Task } from "./goals.ts";
import type { Framework } from "./trainable.ts";

export type MethodType = "full" | "freeze" | "lora" | "qlora";

/** Everything a new config is written from. */
export interface NewConfig {
  goal: Goal;
  task: Task;
  /** Path of the data file, relative to the config's folder, with forward slashes. */
  dataFile: string;
  evalFile: string | undefined;
  columns: Roles;
  /** The columns are found by their names and not written. */
  isByName: boolean;
  /** Classes found; undefined when there are none or too many to list. */
  labels: readonly string[] | undefined;
  /** Rows of the data file, or of as much as was looked at. */
  rows: number;
  isPart?: boolean;
  /** Name of the run. */
  name: string;
  model: string;
  framework: Framework;
  method: MethodType;
  /** Tokens the model takes; null = no limit, or not known. */
  positions: number | null;
}

/** A commented config that is ready to be started, or to be changed first. */
export function configFor(config: NewConfig): string {
  const { columns, framework, method } = config;
  if (framework === "torch") return torchText(config);
  const { text: textColumn = "", label: labelColumn = "" } = columns;
  return newConfigText({ ...config, textColumn, labelColumn, method: method === "freeze" ? "freeze" : "full" });
}

/** Whether whole texts are read by a small encoder, or answers are written by a language model. */
const isGenerating = ({ task }: Pick<NewConfig, "task">): boolean => task === "causal-lm" || task === "preference";

function torchText(config: NewConfig): string {
  const { task, dataFile, model, method } = config;
  const plan = planFor(config);
  return `${headText(task, config)}
# A folder, or an id of the Hugging Face hub, which is fetched at the first start.
model: { framework: torch, name_or_path: ${yamlText(model)} }

data:
  train: ${yamlText(dataFile)}
${evaluationText(config, `${plan.fraction} # held out`)}
${columnsText(config)}  max_length: ${plan.maxLength} # tokens; longer rows are cut

${METHODS[method]}

train:
  num_train_epochs: ${plan.epochs}
${batchText(config, plan.batch)}
  learning_rate: ${rateOf(config)}
  lr_scheduler_type: cosine

eval: { strategy: epoch, metrics: [${MEASURED[task].join(", ")}] }
checkpoint: { metric_for_best_model: ${BEST[task] ?? "loss"}, save_total_limit: 2 }
`;
}

const METHODS: Readonly<Record<MethodType, string>> = {
  full: "# All weights train.\nmethod: { type: full }",
  freeze: "# Only the head trains.\nmethod: { type: freeze, freeze: backbone }",
  lora: "# Small adapters train beside the model, which stays as it is.\nmethod: { type: lora, r: 16, lora_alpha: 32, target_modules: all-linear }",
  qlora:
    "# Small adapters train beside the model, which is loaded in 4 bits a weight.\nmethod: { type: qlora, bits: 4, r: 16, lora_alpha: 32, target_modules: all-linear }",
};

const MEASURED: Readonly<Record<Task, readonly string[]>> = {
  "text-classification": ["loss", "accuracy", "f1_macro"],
  "token-classification": ["loss", "accuracy", "f1_micro"],
  "causal-lm": ["loss", "perplexity"],
  preference: ["loss", "reward_accuracy"],
  embedding: ["loss"],
};

const BEST: Readonly<Partial<Record<Task, string>>> = {
  "text-classification": "f1_macro",
  "token-classification": "f1_micro",
};

/** Roles by the columns that are not found by themselves. */
function columnsText({ columns, isByName, labels, task }: NewConfig): string {
  const entries = Object.entries(columns).map(([role, column]) => `${role}: ${yamlText(column)}`);
  const named = isByName
    ? "  # instruction, input and output are found by their names.\n"
    : `  columns: { ${entries.join(", ")} }\n`;
  const classes = labels && task === "text-classification" ? `  labels: [${labels.map(yamlText).join(", ")}]\n` : "";
  return named + classes;
}

/** Rows of an optimizer step that are usual, and the fewest steps that are worth a run (C13). */
const USUAL_BATCH = 16;
const FEWEST_STEPS = 10;

/** Length and batches by the number of rows: little data takes more epochs and smaller steps. */
function planFor(config: NewConfig): { fraction: number; epochs: number; batch: number; maxLength: number } {
  const { rows, evalFile, positions } = config;
  const fraction = rows < 1000 ? 0.2 : 0.1;
  const trained = evalFile === undefined ? rows - evalRows(rows, fraction) : rows;
  const epochs = isGenerating(config) ? (rows < 5000 ? 3 : 1) : rows < 500 ? 5 : 3;
  let batch = USUAL_BATCH;
  while (batch > 1 && (batch > trained / 4 || Math.ceil(trained / batch) * epochs < FEWEST_STEPS)) batch /= 2;
  const usual = isGenerating(config) ? 1024 : 256;
  return { fraction, epochs, batch, maxLength: Math.min(usual, positions ?? usual) };
}

/** A language model takes a row at a time and sums gradients; an encoder takes them all at once. */
function batchText(config: NewConfig, batch: number): string {
  const rows = isGenerating(config) ? 1 : batch;
  const one = `  per_device_train_batch_size: ${rows}`;
  return rows === batch ? one : `${one}\n  gradient_accumulation_steps: ${batch} # ${batch} rows a step`;
}

/** A safe first try (C34). Rates have a point, for readers of YAML 1.1 take `1e-5` for a text. */
function rateOf(config: NewConfig): string {
  const { task, method } = config;
  if (method === "freeze") return "1.0e-3";
  const isAdapter = method === "lora" || method === "qlora";
  if (task === "preference") return isAdapter ? "1.0e-5" : "1.0e-6";
  if (isAdapter) return "2.0e-4";
  return task === "causal-lm" ? "1.0e-5" : "2.0e-5";
}
