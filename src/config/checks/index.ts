import type { Check } from "./check.ts";
import { dataCheck } from "./data.ts";
import { metricsCheck } from "./metrics.ts";
import { modelCheck } from "./model.ts";
import { outputsCheck } from "./outputs.ts";
import { trainerCheck } from "./trainer.ts";

/** What parsing and the schema find, by id. */
export const SHAPE_CHECKS: Readonly<Record<string, string>> = {
  C00: "broken YAML, a key written twice, several documents, an empty file",
  C01: "an unknown key, a key in the wrong group, or another tool's name for a key",
  C04: "a name that Hugging Face renamed or removed",
  C62: "a wrong type, a value that is no choice or out of range, a required key that is missing",
};

/** Every check that looks beyond the text. A new check is a file and a line here. */
export const CHECKS: readonly Check[] = [trainerCheck, metricsCheck, outputsCheck, modelCheck, dataCheck];
