import type { Check } from "../check.ts";
import { dataProblem } from "./problem.ts";

/** C17: labels and classes agree. */
export const c17: Check = {
  id: "C17",
  severity: "error",
  title: "labels that do not fit the data",
  why: "A label beyond the classifier's outputs ends a GPU run with a device-side assert that names neither row nor label.",
  run: (context) => dataProblem("C17", context),
};
