import type { Check } from "../check.ts";

/** Checks that look at this machine: GPUs, interpreter, disk. */
export const MACHINE_CHECKS: readonly Check[] = [];
