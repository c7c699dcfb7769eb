import type { Check } from "../check.ts";
import { c22Exact } from "./c22-truncation.ts";
import { c23 } from "./c23-prompt.ts";
import { c24 } from "./c24-positions.ts";
import { c25 } from "./c25-targets.ts";
import { c26 } from "./c26-head.ts";
import { c27 } from "./c27-embeddings.ts";
import { c28 } from "./c28-padding.ts";
import { c29 } from "./c29-template.ts";
import { c30 } from "./c30-generation.ts";
import { c32 } from "./c32-quantised.ts";
import { c40 } from "./c40-checkpointing.ts";
import { c63 } from "./c63-model.ts";

/** Checks that read the model's own files: config, tokenizer, names of the weights. */
export const MODEL_CHECKS: readonly Check[] = [c63, c22Exact, c23, c24, c25, c26, c27, c28, c29, c30, c32, c40];
