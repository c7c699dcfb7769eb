import type { Draft, Rule } from "../draft.ts";

/** Adapters and quantisation, as several tools say them. */

/** `all`, `all-linear`, a list, or names with commas. */
export const targets: Rule = (value, draft) => {
  const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : value;
  const [only] = Array.isArray(names) && names.length === 1 ? (names as unknown[]) : [];
  draft.set("method.target_modules", only === "all" || only === "all-linear" ? "all-linear" : names);
};

/** A list, or names with commas. */
export const modulesToSave: Rule = (value, draft) =>
  draft.set("method.modules_to_save", typeof value === "string" ? value.split(",").map((name) => name.trim()) : value);

/** A quantised base: 4 or 8 bits make LoRA to QLoRA. */
export function quantised(draft: Draft, bits: 4 | 8): void {
  draft.set("method.type", "qlora");
  draft.set("method.bits", bits);
}

export const loadIn =
  (bits: 4 | 8): Rule =>
  (value, draft) => {
    if (value === true) quantised(draft, bits);
  };

/** The names PEFT has for the parts of Llama's blocks. */
export const attention: Rule = (value, draft, key) => {
  const table: Record<string, string | undefined> = {
    flash_attention_2: "flash_attention_2",
    fa2: "flash_attention_2",
    flash_attention: "flash_attention_2",
    sdpa: "sdpa",
    eager: "eager",
    disabled: "eager",
    auto: "auto",
  };
  const name = table[String(value)];
  if (name === undefined) draft.leave(key, value, "`model.attn_implementation` has no such choice");
  else draft.set("model.attn_implementation", name);
};
