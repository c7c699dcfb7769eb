import type { Check } from "./check.ts";

/** Checks that parsing (`parse.ts`) and the schema (`shape.ts`, `rules.ts`, `names.ts`) make, as the tables name them. */
export const SHAPE_CHECKS: readonly Pick<Check, "id" | "severity" | "title" | "why">[] = [
  {
    id: "C00",
    severity: ["error", "warning"],
    title: "broken YAML, a key written twice, several documents, an empty file",
    why: "What YAML cannot read nobody can run. Of a key written twice only one would count.",
  },
  {
    id: "C01",
    severity: "error",
    title: "an unknown key, a key in the wrong group, or another tool's name for a key",
    why: "Elsewhere an unknown key is dropped silently, and the run is not what was asked for.",
  },
  {
    id: "C04",
    severity: "error",
    title: "a name that Hugging Face renamed or removed",
    why: "Newer versions of Transformers end with an error at the start, older ones ignore the new name.",
  },
  {
    id: "C62",
    severity: "error",
    title: "a wrong type, a value that is no choice or out of range, a required key that is missing",
    why: "A value of the wrong kind ends a run after everything was loaded, or counts as something else.",
  },
  {
    id: "C65",
    severity: "information",
    title: "a comment that silences a check without a reason, an unknown check, or nothing at all",
    why: "Who reads the run's record later wants to know why a warning was not heeded.",
  },
];
