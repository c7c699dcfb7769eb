"""Metrics each task can measure, in the order they are shown.

Made from src/config/metrics.ts by scripts/generate.mjs. Change it there.
"""

METRICS_OF_TASK: dict[str, tuple[str, ...]] = {
    "text-classification": ("loss", "accuracy", "f1_macro", "f1_micro", "precision_macro", "recall_macro", "auc"),
    "token-classification": ("loss", "accuracy", "f1_micro", "f1_macro", "precision_micro", "recall_micro"),
    "causal-lm": ("loss", "perplexity", "token_accuracy"),
    "preference": ("loss", "reward_accuracy", "reward_margin"),
    "embedding": ("loss", "spearman_cosine", "pearson_cosine", "recall_at_1", "mrr"),
    "script": (),
}
