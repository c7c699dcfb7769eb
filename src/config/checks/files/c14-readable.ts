import type { Check } from "../check.ts";
import { dataProblem } from "./problem.ts";

/** C14: the data can be read. */
export const c14: Check = {
  id: "C14",
  severity: "error",
  title: "data that is missing, empty, unreadable, or broken in a row",
  why: "A run reads all its rows before the first step; a broken one ends it there, and an empty file trains nothing.",
  run: (context) => dataProblem("C14", context),
};
