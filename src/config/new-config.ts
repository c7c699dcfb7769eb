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
  /** Name of the run: the folder's or file's. */
  name: string;
}

const plain = /^[A-Za-z][\w./-]*$/;
/** YAML takes these words for something else than text. */
const special = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** A text as YAML writes it: bare where that is safe, else quoted. */
export const yamlText = (text: string): string =>
  plain.test(text) && !special.test(text) ? text : JSON.stringify(text);

/** Epochs for which a small encoder on so few rows has usually learned what it can. */
const epochsFor = (rows: number): number => (rows < 500 ? 5 : rows < 5000 ? 3 : 1);

/** A commented `finetune.yaml` for a text classification with the embedded trainer, which needs no Python and no GPU. */
export function newConfigText(facts: NewConfigFacts): string {
  const { dataFile, evalFile, textColumn, labelColumn, labels, rows, name } = facts;
  const labelLine = labels ? `  labels: [${labels.map(yamlText).join(", ")}]\n` : "";
  const evaluation = evalFile
    ? `  eval: ${yamlText(evalFile)}`
    : "  eval_fraction: 0.2 # held out, each class in proportion";
  return `# Made for ${dataFile}: ${rows} rows. Start it with "Start fine-tune" above, or \`tuning-fork start\`.
version: 1
task: text-classification
run: { name: ${yamlText(name)}, seed: 42 }

# The built-in encoder trains on any machine. A folder or hub id of a BERT-family model works too.
model: { framework: tfjs, name_or_path: "builtin:use-lite" }

data:
  train: ${yamlText(dataFile)}
${evaluation}
  columns: { text: ${yamlText(textColumn)}, label: ${yamlText(labelColumn)} }
${labelLine}  max_length: 64 # tokens; longer texts are cut

method: { type: full }

train:
  num_train_epochs: ${epochsFor(rows)}
  per_device_train_batch_size: 8
  learning_rate: 3e-4
  lr_scheduler_type: cosine

eval: { strategy: epoch, metrics: [accuracy, f1_macro] }
checkpoint: { metric_for_best_model: f1_macro, save_total_limit: 2 }
`;
}

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
