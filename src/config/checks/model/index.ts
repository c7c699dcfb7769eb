import type { Check } from "../check.ts";
import { c24 } from "./c24-positions.ts";
import { c63 } from "./c63-model.ts";

/** Checks that read the model's own files: config, tokenizer, names of the weights. */
export const MODEL_CHECKS: readonly Check[] = [c63, c24];
