import type { Check } from "../check.ts";
import { c02 } from "./c02-floats.ts";
import { c03 } from "./c03-words.ts";
import { c05 } from "./c05-exclusive.ts";
import { c06 } from "./c06-one-step.ts";
import { c07 } from "./c07-evaluation.ts";
import { c08 } from "./c08-saving.ts";
import { c09 } from "./c09-metrics.ts";
import { c31Framework } from "./c31-framework.ts";
import { c31Method } from "./c31-method.ts";
import { c33 } from "./c33-merge.ts";
import { c34 } from "./c34-learning-rate.ts";
import { c39 } from "./c39-cache.ts";
import { c44 } from "./c44-global-batch.ts";
import { c52Trainer } from "./c52-trainer.ts";
import { c54 } from "./c54-tracker.ts";
import { c55 } from "./c55-secrets.ts";
import { c56 } from "./c56-remote-code.ts";
import { c57 } from "./c57-streaming.ts";
import { c58 } from "./c58-keras.ts";
import { c64 } from "./c64-outputs.ts";
import { c66Script } from "./c66-script.ts";

/** Checks that need nothing but the text of the config. */
export const TEXT_CHECKS: readonly Check[] = [
  c02,
  c03,
  c05,
  c06,
  c07,
  c08,
  c09,
  c31Framework,
  c31Method,
  c33,
  c34,
  c39,
  c44,
  c52Trainer,
  c54,
  c55,
  c56,
  c57,
  c58,
  c64,
  c66Script,
];
