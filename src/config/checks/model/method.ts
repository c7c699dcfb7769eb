import type { ResolvedConfig } from "../../types.ts";

/** Whether PEFT puts adapters on the model. The embedded trainer and Keras have none (C31). */
export const hasAdapters = ({ method, model }: ResolvedConfig): boolean =>
  model.framework === "torch" && (method.type === "lora" || method.type === "qlora");

/** Tasks that put a new classifier on the model. */
export const isClassifier = ({ task }: ResolvedConfig): boolean =>
  task === "text-classification" || task === "token-classification";

/** Whether a list of module names has one; names may be written with what stands before them. */
export const lists = (modules: readonly string[], name: string): boolean =>
  modules.some((module) => module === name || module.endsWith(`.${name}`));
