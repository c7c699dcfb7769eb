import type { Path } from "../path.ts";
import type { SchemaView } from "../schema/view.ts";
import type { ResolvedConfig } from "../types.ts";
import { valueAt } from "./defaults.ts";
import { trainedConfig } from "./known.ts";
import { keysOf, schemaAt } from "./schema-at.ts";
import type { AssistDocument } from "./types.ts";

/** A key that is not written, with the value that holds instead. */
export interface AbsentKey {
  readonly name: string;
  readonly value: unknown;
  readonly schema: SchemaView;
}

const adapters = ({ method }: ResolvedConfig): boolean => method.type === "lora" || method.type === "qlora";
const torch = ({ model }: ResolvedConfig): boolean => model.framework === "torch";
const language = ({ task }: ResolvedConfig): boolean => task === "causal-lm" || task === "preference";

/** When a key means something at all; the others always do. */
const MEANS_SOMETHING: Readonly<Record<string, (config: ResolvedConfig) => boolean>> = {
  "model.pooling": ({ task }) => task === "text-classification" || task === "embedding",
  "model.attn_implementation": torch,
  "model.trust_remote_code": torch,
  "data.eval_fraction": ({ data }) => data.eval === null,
  "data.packing": ({ task }) => task === "causal-lm",
  "data.chat_template": language,
  "data.completion_only_loss": language,
  "method.r": adapters,
  "method.lora_alpha": adapters,
  "method.lora_dropout": adapters,
  "method.target_modules": adapters,
  "method.modules_to_save": adapters,
  "method.use_dora": adapters,
  "method.use_rslora": adapters,
  "method.bits": ({ method }) => method.type === "qlora",
  "method.freeze": ({ method }) => method.type === "freeze",
  "train.num_train_epochs": ({ train }) => train.max_steps === null,
  "train.gradient_checkpointing": torch,
  "hardware.backend": ({ model }) => model.framework === "tfjs",
  "export.quantize": ({ export: { formats } }) => formats.length > 0,
};

/** Keys of a group that are not written and have a value all the same. What is off, empty or means nothing here is left out. */
export function absentKeys(document: AssistDocument, path: Path): AbsentKey[] {
  const { config, parsed } = document;
  const schema = schemaAt(document, path);
  const trained = trainedConfig(document);
  if (!config || !schema) return [];
  return keysOf(schema).flatMap(([name, inner]) => {
    const at = [...path, name];
    const value = valueAt(config, at);
    const isOff = value === undefined || value === null || value === "" || isEmpty(value);
    const means = MEANS_SOMETHING[at.join(".")] ?? (() => true);
    const isWritten = valueAt(parsed.value, at) !== undefined;
    return isOff || isWritten || (trained && !means(trained)) ? [] : [{ name, value, schema: inner }];
  });
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
