import { GROUPS } from "./schema.ts";
import { notesOf } from "./schema/key.ts";
import { view, type SchemaView } from "./schema/view.ts";
import { code, joinWords } from "./schema/words.ts";
import { error, type Finding, type Path } from "./diagnostic.ts";
import { didYouMean, nearest } from "../base/nearest.ts";

/** A key of a group with its schema. */
export interface KeyEntry {
  group: string;
  name: string;
  schema: SchemaView;
}

/** Every key of every group, in the order of the schema. */
export const KEYS: readonly KeyEntry[] = Object.entries(GROUPS).flatMap(([group, schema]) =>
  Object.entries(view(schema).properties ?? {}).map(([name, inner]) => ({ group, name, schema: inner })),
);

/** Names Hugging Face renamed or removed, and what to write instead (source: transformers 5 `TrainingArguments`). */
const FORMER_NAMES: Record<string, string> = {
  evaluation_strategy: "Write `eval.strategy`.",
  warmup_ratio: 'Write `train.warmup` with a percentage, such as "6%".',
  logging_dir: "The run's record has its own place; a TensorBoard copy comes with `track.report_to: [tensorboard]`.",
  overwrite_output_dir: "Every run has a folder of its own, so nothing is overwritten.",
  per_gpu_train_batch_size: "Write `train.per_device_train_batch_size`.",
  per_gpu_eval_batch_size: "Evaluation uses `train.per_device_train_batch_size`.",
  no_cuda: "Write `hardware.devices`.",
  evaluate_during_training: "Write `eval.strategy`.",
  adafactor: "Write `train.optim: adafactor`.",
  no_deprecation_warning: "There is nothing to write instead.",
};

/** Names of other tools whose meaning is not that of one key here, and what to write instead. */
const FOREIGN_NAMES: Record<string, string> = {
  load_in_4bit: "Write `method.type: qlora` with `method.bits: 4`.",
  load_in_8bit: "Write `method.type: qlora` with `method.bits: 8`.",
  train_on_inputs: "Write `data.completion_only_loss`, which is its opposite.",
  save_only_model: "Write `checkpoint.save_optimizer`, which is its opposite.",
  save_strategy: "Checkpoints are saved at evaluations: write `eval.strategy`.",
  save_steps: "Checkpoints are saved at evaluations: write `eval.steps`.",
  load_best_model_at_end: "The best checkpoint is always kept; `checkpoint.metric_for_best_model` decides which it is.",
  greater_is_better: "The direction follows from `checkpoint.metric_for_best_model`.",
  per_device_eval_batch_size: "Evaluation uses `train.per_device_train_batch_size`.",
  logging_steps: "Every step is logged.",
  logging_strategy: "Every step is logged.",
  fp16: "Write `train.precision: fp16`.",
  bf16: "Write `train.precision: bf16`.",
  do_train: "A run always trains.",
  do_eval: "Write `eval.strategy`.",
  token: "Secrets do not belong in this file: set HF_TOKEN in the environment.",
  hf_token: "Secrets do not belong in this file: set HF_TOKEN in the environment.",
  hub_token: "Secrets do not belong in this file: set HF_TOKEN in the environment.",
  push_to_hub: "Runs stay on this machine; `export.formats` says what is written at the end.",
};

/** Dotted key for every name another tool uses. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  KEYS.flatMap(({ group, name, schema }) => {
    const inner = group === "data" && name === "columns" ? Object.entries(schema.properties ?? {}) : [];
    return [
      ...(notesOf(schema).aliases ?? []).map((alias) => [alias, `${group}.${name}`] as const),
      ...inner.flatMap(([role, column]) =>
        (notesOf(column).aliases ?? []).map((alias) => [alias, `${group}.${name}.${role}`] as const),
      ),
    ];
  }),
);

/** What another tool's name is called here, as a dotted key. */
export const calledHere = (name: string): string | undefined => ALIASES.get(name);

/** The finding for a key that does not exist where it stands: C04 for a former Hugging Face name, else C01. */
export function unknownKey(path: Path, siblings: readonly string[]): Finding {
  const written = String(path.at(-1));
  const name = written.replaceAll("-", "_").toLowerCase();
  const former = FORMER_NAMES[name];
  if (former !== undefined) {
    return error(
      "C04",
      path,
      `${code(written)} is a former name of Hugging Face's and is not known here. ${former}`,
      "key",
    );
  }
  return error("C01", path, unknownSentence(written, name, path, siblings), "key");
}

function unknownSentence(written: string, name: string, path: Path, siblings: readonly string[]): string {
  const foreign = FOREIGN_NAMES[name];
  if (foreign !== undefined) return `There is no key ${code(written)}. ${foreign}`;
  const here = calledHere(name);
  if (here !== undefined) return `${code(written)} is called ${code(here)} here.`;
  if (siblings.includes(name)) return `${unknown(written, path)} Did you mean ${code(name)}?`;
  if (path.length > 1 && name in GROUPS) return `${code(written)} is a group of its own: write it at the left margin.`;
  const groups = KEYS.filter((key) => key.name === name).map((key) => key.group);
  if (groups.length > 0) return `${code(written)} belongs in the group ${joinWords(groups.map(code), "or")}.`;
  const near = didYouMean(written, siblings);
  if (near !== "") return `${unknown(written, path)}${near}`;
  return `${unknown(written, path)}${elsewhere(name) ?? ` It takes ${joinWords(siblings.map(code), "and")}.`}`;
}

const unknown = (written: string, path: Path): string =>
  path.length > 1
    ? `Unknown key ${code(written)} in ${code(path.slice(0, -1).join("."))}.`
    : `Unknown key ${code(written)}.`;

function elsewhere(name: string): string | undefined {
  const near = nearest(
    name,
    KEYS.map((key) => key.name),
  );
  const entry = KEYS.find((key) => key.name === near);
  if (entry) return ` Did you mean \`${entry.group}.${entry.name}\`?`;
  const alias = nearest(name, ALIASES.keys());
  return alias === undefined ? undefined : ` Did you mean ${code(ALIASES.get(alias))}?`;
}
