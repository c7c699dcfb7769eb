import type { Check } from "./check.ts";

/** What is checked of a `*.sweep.yaml` beside its trials (`sweep/rules.ts`, `sweep/check-sweep.ts`), as the tables name it. */
export const SWEEP_CHECK: Pick<Check, "id" | "severity" | "title" | "why"> = {
  id: "C60",
  severity: ["error", "warning"],
  title: "a sweep whose parameters, distributions, size, metric or base do not fit",
  why: "Elsewhere an unknown parameter is copied blindly into each trial, and a night of runs has tried nothing.",
};
