import type { AnyResolvedConfig } from "./types.ts";

type Task = AnyResolvedConfig["task"];

/** Metrics each task can measure, in the order they are shown. They are logged as `eval/<name>`. */
export const METRICS_OF_TASK: Readonly<Record<Task, readonly string[]>> = {
  "text-classification": ["loss", "accuracy", "f1_macro", "f1_micro", "precision_macro", "recall_macro", "auc"],
  "token-classification": ["loss", "accuracy", "f1_micro", "f1_macro", "precision_micro", "recall_micro"],
  "causal-lm": ["loss", "perplexity", "token_accuracy"],
  preference: ["loss", "reward_accuracy", "reward_margin"],
  embedding: ["loss", "spearman_cosine", "pearson_cosine", "recall_at_1", "mrr"],
  script: [],
};

/** Whether more is better: everything but losses and what is made of them. */
export const higherIsBetter = (metric: string): boolean =>
  !/(?:^|[_/])(?:loss|perplexity|error|mse|mae|rmse)$/.test(metric);
