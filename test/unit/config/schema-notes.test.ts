import { describe, expect, test } from "vitest";
import { KEYS } from "../../../src/config/names.ts";
import { notesOf } from "../../../src/config/schema/key.ts";
import { variantsOf } from "../../../src/config/schema/view.ts";

/** Names of other tools by the key they stand for, those inside of maps included. */
const ALIASES = KEYS.flatMap(({ group, name, schema }) => {
  const inner = variantsOf(schema).flatMap((variant) => Object.entries(variant.properties ?? {}));
  return [
    ...(notesOf(schema).aliases ?? []).map((alias) => [alias, `${group}.${name}`] as const),
    ...inner.flatMap(([role, one]) =>
      (notesOf(one).aliases ?? []).map((alias) => [alias, `${group}.${name}.${role}`] as const),
    ),
  ];
});

test("a name of another tool stands for one key, and is none of ours", () => {
  const names = ALIASES.map(([alias]) => alias);
  expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  const ours = new Set(KEYS.flatMap(({ group, name }) => [group, name]));
  expect(names.filter((name) => ours.has(name))).toEqual([]);
});

describe("names of the tools that configs are brought from", () => {
  test.each([
    ["LLaMA-Factory", "lora_rank", "method.r"],
    ["LLaMA-Factory", "cutoff_len", "data.max_length"],
    ["LLaMA-Factory", "finetuning_type", "method.type"],
    ["LLaMA-Factory", "val_size", "data.eval_fraction"],
    ["axolotl", "base_model", "model.name_or_path"],
    ["axolotl", "sequence_len", "data.max_length"],
    ["axolotl", "micro_batch_size", "train.per_device_train_batch_size"],
    ["axolotl", "field_instruction", "data.columns.prompt"],
    ["TRL", "dataset_text_field", "data.columns.text"],
    ["TRL", "assistant_only_loss", "data.completion_only_loss"],
    ["torchtune", "enable_activation_checkpointing", "train.gradient_checkpointing"],
    ["torchtune", "clip_grad_norm", "train.max_grad_norm"],
    ["torchtune", "num_warmup_steps", "train.warmup"],
    ["AutoTrain", "gradient_accumulation", "train.gradient_accumulation_steps"],
    ["AutoTrain", "target_column", "data.columns.label"],
    ["Transformers", "run_name", "run.name"],
  ])("%s: %s", (_tool, alias, key) => {
    expect(new Map(ALIASES).get(alias)).toBe(key);
  });
});

test.each(KEYS.map(({ group, name, schema }) => [`${group}.${name}`, schema] as const))(
  "%s says why, or explains itself",
  (_key, schema) => {
    const { why } = notesOf(schema);
    expect(why).toMatch(/^\S.*\.$/);
  },
);
