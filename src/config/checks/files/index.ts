import type { Check } from "../check.ts";
import { c10 } from "./c10-evaluations.ts";
import { c11 } from "./c11-warmup.ts";
import { c12 } from "./c12-steps.ts";
import { c13 } from "./c13-batches.ts";
import { c14 } from "./c14-readable.ts";
import { c15 } from "./c15-columns.ts";
import { c16 } from "./c16-preference.ts";
import { c17 } from "./c17-labels.ts";
import { c18 } from "./c18-balance.ts";
import { c19 } from "./c19-leaks.ts";
import { c20 } from "./c20-quality.ts";
import { c21 } from "./c21-chat.ts";
import { c22 } from "./c22-length.ts";
import { c35 } from "./c35-epochs.ts";
import { c50 } from "./c50-output.ts";
import { c51 } from "./c51-resume.ts";
import { c57Size } from "./c57-size.ts";
import { c59 } from "./c59-repeat.ts";
import { c66Program } from "./c66-program.ts";
import { c67 } from "./c67-pairs.ts";

/** Checks that read the data files and other files of the workspace. */
export const FILE_CHECKS: readonly Check[] = [
  c14,
  c15,
  c16,
  c17,
  c10,
  c11,
  c12,
  c13,
  c18,
  c19,
  c20,
  c21,
  c22,
  c35,
  c50,
  c51,
  c57Size,
  c59,
  c66Program,
  c67,
];
