import type { Check, Tier } from "./check.ts";
import { FILE_CHECKS } from "./files/index.ts";
import { MACHINE_CHECKS } from "./machine/index.ts";
import { MODEL_CHECKS } from "./model/index.ts";
import { SHAPE_CHECKS } from "./shape.ts";
import { SWEEP_CHECK } from "./sweep.ts";
import { TEXT_CHECKS } from "./text/index.ts";

/** Every check by what it has to look at. A new one is a file and a line in the table of its folder. */
export const CHECKS: Readonly<Record<Tier, readonly Check[]>> = {
  text: TEXT_CHECKS,
  files: FILE_CHECKS,
  model: MODEL_CHECKS,
  machine: MACHINE_CHECKS,
};

/** What there is to say about every check: those that parsing and the schema make, and those of all tiers. */
export const ALL_CHECKS: readonly (Pick<Check, "id" | "severity" | "title" | "why"> & { tier: Tier })[] = [
  ...SHAPE_CHECKS.map((check) => ({ ...check, tier: "text" as const })),
  { ...SWEEP_CHECK, tier: "text" as const },
  ...Object.entries(CHECKS).flatMap(([tier, checks]) => checks.map((check) => ({ ...check, tier: tier as Tier }))),
];
