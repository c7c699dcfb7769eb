import type { Check } from "../check.ts";
import { c07 } from "./c07-evaluation.ts";
import { c09 } from "./c09-metrics.ts";
import { c31 } from "./c31-method.ts";
import { c52Trainer } from "./c52-trainer.ts";
import { c64 } from "./c64-outputs.ts";

/** Checks that need nothing but the text of the config. */
export const TEXT_CHECKS: readonly Check[] = [c07, c09, c31, c52Trainer, c64];
