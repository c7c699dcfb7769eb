import { METRICS_OF_TASK } from "../metrics.ts";
import type { Draft } from "./draft.ts";

/**
 * Makes whole what several keys say together, whatever tool they are of, so that what is written contradicts nothing that
 * our own checks look for. What loses by it is told.
 */
export function settle(draft: Draft): void {
  settleMethod(draft);
  settleData(draft);
  settleEvaluations(draft);
  settleMetric(draft);
}

const OF_ADAPTERS = [
  "r",
  "lora_alpha",
  "lora_dropout",
  "target_modules",
  "modules_to_save",
  "use_dora",
  "use_rslora",
] as const;

const textOf = (draft: Draft, key: string): string | undefined => {
  const value = draft.get(key);
  return typeof value === "string" ? value : undefined;
};

/** Adapters on a quantised model are `qlora`; without adapters there is nothing to quantise, and no rank to set. */
function settleMethod(draft: Draft): void {
  const type = textOf(draft, "method.type") ?? "lora";
  if (type === "lora" || type === "qlora") {
    if (draft.get("method.bits") !== undefined) draft.combine("method.type", "qlora", "method.bits");
    return;
  }
  draft.drop("method.bits", `nothing of a quantised model can be trained without adapters (\`method.type: ${type}\`)`);
  for (const name of OF_ADAPTERS) {
    if (draft.get(`method.${name}`) !== false)
      draft.drop(`method.${name}`, `\`method.type: ${type}\` trains no adapters`);
  }
}

/** Evaluation rows come from one place, and none can be held out of a stream. */
function settleData(draft: Draft): void {
  if (draft.get("data.eval") !== undefined && draft.get("data.eval_fraction") !== 0) {
    draft.drop("data.eval_fraction", "the evaluation data that `data.eval` names takes its place");
  }
  if (draft.get("data.streaming") !== true) return;
  if (draft.get("train.max_steps") === undefined) {
    draft.drop("data.streaming", "how long a stream is nobody knows: it needs `train.max_steps`");
  } else if (draft.get("data.eval") === undefined && draft.get("data.eval_fraction") !== 0) {
    draft.drop(
      "data.eval_fraction",
      "no fraction can be held out of streamed data; name evaluation data in `data.eval`",
    );
    draft.set("data.eval_fraction", 0);
  }
}

/** Evaluations come each epoch, or every so many steps, or not at all; what needs them goes with them. */
function settleEvaluations(draft: Draft): void {
  const strategy = textOf(draft, "eval.strategy");
  if (draft.get("eval.steps") === undefined) {
    if (strategy === "steps")
      draft.drop("eval.strategy", "how many whole steps is not said, so that evaluations come each epoch");
  } else if (strategy === undefined) draft.combine("eval.strategy", "steps", "eval.steps");
  else if (strategy !== "steps") {
    draft.drop("eval.steps", `it has no effect with \`eval.strategy: ${strategy}\``);
  }
  const hasData = draft.get("data.eval") !== undefined || draft.get("data.eval_fraction") !== 0;
  if (strategy !== "no" && hasData) return;
  const why = strategy === "no" ? "there are no evaluations (`eval.strategy: no`)" : "there is no evaluation data";
  draft.drop("eval.early_stopping_patience", why);
  draft.drop("checkpoint.metric_for_best_model", why);
  if (draft.get("train.lr_scheduler_type") === "reduce_lr_on_plateau") draft.drop("train.lr_scheduler_type", why);
}

/** The best checkpoint is chosen by something that is measured. */
function settleMetric(draft: Draft): void {
  const task = (draft.get("task") ?? "text-classification") as keyof typeof METRICS_OF_TASK;
  const metric = draft.get("checkpoint.metric_for_best_model");
  if (typeof metric !== "string" || METRICS_OF_TASK[task].includes(metric)) return;
  const names = METRICS_OF_TASK[task].join(", ");
  draft.drop("checkpoint.metric_for_best_model", `with \`task: ${task}\` there are the metrics ${names}`);
}
