import { TRAINERS } from "../../launch/trainers.ts";
import type { Task } from "./goals.ts";

export type Framework = "tfjs" | "torch";

/**
 * Kinds of Hugging Face model (`model_type`) that the embedded trainer knows, beside the built-in ones and what was trained
 * from them.
 */
export const EMBEDDED_TYPES: readonly string[] = [
  "bert",
  "distilbert",
  "electra",
  "roberta",
  "camembert",
  "xlm-roberta",
];

/** Whether this version has a trainer for a task. */
export const canTrain = (framework: Framework, task: Task): boolean =>
  framework in TRAINERS && (framework !== "tfjs" || task === "text-classification");
