import { Type } from "typebox";
import { group } from "./schema/key.ts";
import { data, model, run, task, TASKS, version } from "./schema/subject.ts";
import { checkpoint, evaluation, method, train } from "./schema/training.ts";
import { exporting, hardware, script, track } from "./schema/surroundings.ts";

/**
 * The one source of what a config file may hold: types, checks of shape, JSON Schema and documentation come from here.
 * The schemas describe the *resolved* config: every key is there, `null` where something is off.
 */

/** All groups by name, in the order people write them. */
export const GROUPS = {
  run,
  model,
  data,
  script,
  method,
  train,
  eval: evaluation,
  checkpoint,
  hardware,
  export: exporting,
  track,
} as const;
export type GroupName = keyof typeof GROUPS;

/** Groups that `script` takes the place of. */
const TRAINED = { model, data, method, train, export: exporting };
export const NOT_FOR_SCRIPT: readonly string[] = Object.keys(TRAINED);

/** The file as a whole. */
export const configSchema = group("A fine-tune.", { version, task, ...GROUPS });

const trainedTasks = TASKS.filter((name): name is Exclude<(typeof TASKS)[number], "script"> => name !== "script");

/** What a trainer of ours gets. */
export const resolvedSchema = group("A fine-tune with every value filled in.", {
  version,
  task: Type.Enum(trainedTasks),
  run,
  model,
  data,
  method,
  train,
  eval: evaluation,
  checkpoint,
  hardware,
  export: exporting,
  track,
});

/** What a run of the user's own script gets. */
export const resolvedScriptSchema = group("A script run with every value filled in.", {
  version,
  task: Type.Literal("script"),
  run,
  script,
  eval: evaluation,
  checkpoint,
  hardware,
  track,
});
