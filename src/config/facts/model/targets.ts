import type { ModelFacts } from "../facts.ts";
import { isOutput, moduleOf } from "./tensors.ts";

/** A kind of layer, by the last part of its module names, and how many of it there are. */
export interface TargetChoice {
  readonly name: string;
  readonly count: number;
}

/** Layers of a head: what a task puts on a model, which is trained whole instead of adapted. */
const HEAD =
  /(?:^|\.)(?:cls\.[\w.]+|classifier(?:\.[\w.]+)?|score|qa_outputs|pooler(?:\.[\w.]+)?|pre_classifier|classification_head\.[\w.]+|lm_head\.[\w.]+)$/;

/** Linear layers inside the model, those that `all-linear` adapts: neither its output nor a head. */
export const innerLinear = ({ linear }: Pick<ModelFacts, "linear">): ModelFacts["linear"] =>
  linear.filter(({ module }) => !isOutput(module) && !HEAD.test(module));

/** Names for `method.target_modules` that this model has, the commonest first. */
export function suggestTargets(facts: Pick<ModelFacts, "linear">): TargetChoice[] {
  const counts = new Map<string, number>();
  for (const { module } of innerLinear(facts)) {
    const name = module.slice(module.lastIndexOf(".") + 1);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => ({ name, count })).toSorted((a, b) => b.count - a.count);
}

/** Whether PEFT takes a module for an entry of `target_modules`: the same name, or the last parts of it. */
export const isTargeted = (module: string, target: string): boolean =>
  module === target || module.endsWith(`.${target}`);

/** How an entry of `target_modules` fits a model. */
export type Fit =
  /** It names linear layers, or other layers that can be adapted. */
  | "adapts"
  /** It names only layers that cannot: PEFT ends with an error. */
  | "unsupported"
  /** It names nothing. */
  | "nothing";

/** How an entry of `target_modules` fits the modules of a model. */
export function fitOf(facts: Pick<ModelFacts, "tensors">, target: string): Fit {
  const hit = facts.tensors.filter(({ name }) => isTargeted(moduleOf(name) ?? "", target));
  if (hit.some(({ shape, name }) => shape.length >= 2 || name.endsWith(".qweight"))) return "adapts";
  if (hit.length > 0) return "unsupported";
  // A part of a module's name stands for a container (`attention`, `mlp`), which has no weight of its own.
  const container = facts.tensors.some(({ name }) => containerHas(name, target));
  return container ? "unsupported" : "nothing";
}

/** Whether a tensor lies in a module whose name ends with the target. */
const containerHas = (tensor: string, target: string): boolean =>
  tensor.startsWith(`${target}.`) || tensor.includes(`.${target}.`);
