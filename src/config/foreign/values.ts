import { isMap } from "../schema/view.ts";

type Values = Readonly<Record<string, unknown>>;

/** What other tools write for the choices of a key. Sources: Hugging Face `TrainingArguments`, LLaMA-Factory, axolotl. */
const CHOICES: Readonly<Record<string, Values>> = {
  "train.precision": { no: "fp32", float32: "fp32", float16: "fp16", half: "fp16", bfloat16: "bf16" },
  "train.optim": {
    adamw: "adamw_torch",
    adamw_hf: "adamw_torch",
    adamw_torch_fused: "adamw_torch",
    adamw_bnb_8bit: "adamw_8bit",
    paged_adamw: "paged_adamw_8bit",
    paged_adamw_32bit: "paged_adamw_8bit",
  },
  "method.target_modules": { all: "all-linear" },
  "model.attn_implementation": {
    true: "flash_attention_2",
    false: "auto",
    fa2: "flash_attention_2",
    disabled: "eager",
  },
  "hardware.strategy": { zero2: "deepspeed", zero3: "deepspeed" },
};

/** Choices that only come close to what was written. */
const NEAR: ReadonlySet<unknown> = new Set(["paged_adamw", "paged_adamw_32bit"]);

/** A value of another tool as the key here takes it; the value itself where it is the same. */
export function convertedTo(key: string, value: unknown): { value: unknown; exact: boolean } {
  const choice = String(value);
  const choices = CHOICES[key];
  if (choices && !isMap(value) && Object.hasOwn(choices, choice))
    return { value: choices[choice], exact: !NEAR.has(choice) };
  if (key === "method.target_modules" && typeof value === "string" && value.includes(",")) {
    return { value: value.split(",").map((name) => name.trim()), exact: true };
  }
  const path = pathOfDatasets(key, value);
  return path === undefined ? { value, exact: true } : { value: path, exact: false };
}

/** axolotl's `datasets: [{ path: data.jsonl, type: alpaca }]`. */
function pathOfDatasets(key: string, value: unknown): unknown {
  if ((key !== "data.train" && key !== "data.eval") || !Array.isArray(value)) return undefined;
  const paths = value.map((one) => (isMap(one) ? one["path"] : undefined));
  if (paths.length === 0 || paths.some((path) => typeof path !== "string")) return undefined;
  return paths.length === 1 ? paths[0] : paths;
}
