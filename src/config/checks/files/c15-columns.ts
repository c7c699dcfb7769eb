import type { Check } from "../check.ts";
import { dataProblem } from "./problem.ts";

/** C15: the columns are there. */
export const c15: Check = {
  id: "C15",
  severity: "error",
  title: "a column that the data does not have",
  why: "Without its text and label columns a row teaches nothing.",
  run: (context) => dataProblem("C15", context),
};
