import { yamlText } from "./edit/value-text.ts";

/** What is known of the data file a new config is made for. */
export interface NewConfigFacts {
  /** Path of the data file, relative to the config's folder, with forward slashes. */
  dataFile: string;
  /** A second file that looks like its evaluation half; undefined = a fraction is held out. */
  evalFile?: string | undefined;
  textColumn: string;
  labelColumn: string;
  /** Classes found; undefined when too many to list. */
  labels?: readonly string[] | undefined;
  rows: number;
  /** The file has more rows than these. */
  isPart?: boolean;
  /** Name of the run: the folder's or file's. */
  name: string;
  /** A model the embedded trainer knows; `builtin:use-lite` when left out. */
  model?: string;
  /** `freeze` trains the classifier head alone. */
  method?: "full" | "freeze";
}

/** Epochs for which a small encoder on so few rows has usually learned what it can. */
const epochsFor = (rows: number): number => (rows < 500 ? 5 : rows < 5000 ? 3 : 1);

/** A commented `finetune.yaml` for a text classification with the embedded trainer, which needs no Python and no GPU. */
export function newConfigText(facts: NewConfigFacts): string {
  const { dataFile, textColumn, labelColumn, labels, rows, model = "builtin:use-lite", method = "full" } = facts;
  const labelLine = labels ? `  labels: [${labels.map(yamlText).join(", ")}]\n` : "";
  const isBuiltIn = model.startsWith("builtin:");
  const comment = isBuiltIn
    ? "# The built-in encoder trains on any machine. A folder or hub id of a BERT-family model works too."
    : "# The embedded trainer needs no Python; with native TensorFlow it is several times faster.";
  return `${headText("text-classification", facts)}
${comment}
model: { framework: tfjs, name_or_path: ${yamlText(model)} }

data:
  train: ${yamlText(dataFile)}
${evaluationText(facts, "0.2 # held out, each class in proportion")}
  columns: { text: ${yamlText(textColumn)}, label: ${yamlText(labelColumn)} }
${labelLine}  max_length: ${isBuiltIn ? 64 : 128} # tokens; longer texts are cut

method: { type: ${method} }${method === "freeze" ? " # only the classifier head trains" : ""}

train:
  num_train_epochs: ${epochsFor(rows)}
  per_device_train_batch_size: 8
  learning_rate: ${embeddedRate(model, method)}
  lr_scheduler_type: cosine

eval: { strategy: epoch, metrics: [accuracy, f1_macro] }
checkpoint: { metric_for_best_model: f1_macro, save_total_limit: 2 }
`;
}

/** A head alone and a network without pretrained weights take higher rates than weights that know something (C34). */
function embeddedRate(model: string, method: "full" | "freeze"): string {
  if (method === "freeze" || model === "builtin:tiny") return "1e-3";
  return model === "builtin:use-lite" ? "3e-4" : "5e-5";
}

/** First lines of a new config, up to its model. */
export const headText = (
  task: string,
  { dataFile, rows, isPart = false, name }: Pick<NewConfigFacts, "dataFile" | "rows" | "isPart" | "name">,
): string => `# Made for ${dataFile}: ${isPart ? `more than ${rows}` : rows} rows. Start it with "Start fine-tune" above, or \`tuning-fork start\`.
version: 1
task: ${task}
run: { name: ${yamlText(name)}, seed: 42 }
`;

/** `data.eval`, or `data.eval_fraction` with a comment. */
export const evaluationText = ({ evalFile }: Pick<NewConfigFacts, "evalFile">, fraction: string): string =>
  evalFile ? `  eval: ${yamlText(evalFile)}` : `  eval_fraction: ${fraction}`;

const HALVES: Readonly<Record<string, readonly string[]>> = {
  train: ["dev", "validation", "valid", "val", "eval", "test"],
  training: ["dev", "validation", "valid", "val", "eval", "test"],
};

/**
 * The file that looks like the evaluation half of a training file (`data/spam-dev.csv` of `data/spam-train.csv`), among
 * paths with forward slashes; undefined when none does. A development file is preferred to a test file.
 */
export function evaluationHalfOf(trainFile: string, files: readonly string[]): string | undefined {
  for (const [train, halves] of Object.entries(HALVES)) {
    const word = new RegExp(`(^|[/._-])${train}(?=[._-][^/]*$)`, "i");
    if (!word.test(trainFile)) continue;
    const candidates = halves.map((half) => trainFile.replace(word, `$1${half}`));
    const found = candidates.find((candidate) => files.includes(candidate));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first free name for a new config made for a data file: `finetune.yaml`, `spam.finetune.yaml`, `spam-2.finetune.yaml`… */
export function newConfigName(dataFile: string, isTaken: (name: string) => boolean): string {
  const stem = /([^/]*?)(?:\.[^./]*)?$/.exec(dataFile)?.[1]?.replaceAll(/[^\p{L}\p{N}_-]+/gu, "-") || "data";
  const names = ["finetune.yaml", `${stem}.finetune.yaml`];
  for (let count = 2; count < 100; count++) names.push(`${stem}-${count}.finetune.yaml`);
  return names.find((name) => !isTaken(name)) ?? `${stem}-${Date.now()}.finetune.yaml`;
}
