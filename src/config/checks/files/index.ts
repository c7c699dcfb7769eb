import type { Check } from "../check.ts";
import { c14 } from "./c14-readable.ts";
import { c15 } from "./c15-columns.ts";
import { c17 } from "./c17-labels.ts";
import { c20 } from "./c20-quality.ts";

/** Checks that read the data files and other files of the workspace. */
export const FILE_CHECKS: readonly Check[] = [c14, c15, c17, c20];
