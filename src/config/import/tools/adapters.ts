import { oneOf, whenOn, type RuleFunction } from "../rules.ts";

/** Adapters and quantisation, as several tools say them. */

/** `all`, `all-linear`, a list, or names with commas. */
export const targets: RuleFunction = (value, draft) => {
  const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : value;
  const [only] = Array.isArray(names) && names.length === 1 ? (names as unknown[]) : [];
  draft.set("method.target_modules", only === "all" || only === "all-linear" ? "all-linear" : names);
};

/** A list, or names with commas. */
export const modulesToSave: RuleFunction = (value, draft) =>
  draft.set("method.modules_to_save", typeof value === "string" ? value.split(",").map((name) => name.trim()) : value);

/** A quantised base; with the adapters that train on it, it is qlora (`settle`). */
export const loadIn = (bits: 4 | 8): RuleFunction => whenOn((_value, draft) => draft.set("method.bits", bits));

/** Attention kernels, by the names that any of the tools has for them. */
export const attention: RuleFunction = oneOf("model.attn_implementation", {
  flash_attention_2: "flash_attention_2",
  fa2: "flash_attention_2",
  flash_attention: "flash_attention_2",
  sdpa: "sdpa",
  eager: "eager",
  disabled: "eager",
  auto: "auto",
});
