import { t } from "../../../base/l10n.ts";
import { error, type Finding } from "../../diagnostic.ts";
import type { PairKind } from "../../facts/facts.ts";
import { METRICS_OF_TASK } from "../../metrics.ts";
import { code, joinWords } from "../../schema/words.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { Check } from "../check.ts";

/** Metrics of rows with a score, and of all others (python/tuning_fork/torch_trainer/tasks/embedding.py). */
const OF_SCORES = ["spearman_cosine", "pearson_cosine"];
const OF_SEARCH = METRICS_OF_TASK.embedding.filter((name) => name !== "loss" && !OF_SCORES.includes(name));

/** C67: rows of an embedding that are compared with nothing, or judged by what they do not have. */
export const c67: Check = {
  id: "C67",
  severity: "error",
  title: "embeddings in batches of one row, or chosen by a metric that their rows do not give",
  why: "An embedding is learnt by comparing the rows of a batch with each other. Whether it is measured by scores or by what a search finds depends on the columns of the data; a metric of the other kind is never there, so that no checkpoint would be the best.",
  async run({ config, facts }) {
    if (config.task !== "embedding") return [];
    const data = await facts.data();
    if (!data.known || data.facts.pairs === null) return [];
    return [...aloneIn(config, data.facts.pairs), ...notMeasured(config, data.facts.pairs)];
  },
};

function aloneIn({ train }: ResolvedConfig, kind: PairKind): Finding[] {
  if (train.per_device_train_batch_size !== 1 || kind === "triplets") return [];
  const path = ["train", "per_device_train_batch_size"];
  const message = t("Embeddings are learnt by comparing the rows of a batch with each other, and a batch has one row.");
  const fixes = [
    { title: t("Write {0}", code("32")), safe: false, edits: [{ kind: "set", path, value: 32 } as const] },
  ];
  return [error("C67", path, message, { fixes })];
}

function notMeasured({ checkpoint, eval: { strategy } }: ResolvedConfig, kind: PairKind): Finding[] {
  const name = checkpoint.metric_for_best_model;
  const path = ["checkpoint", "metric_for_best_model"];
  const [measured, others] = kind === "scored" ? [OF_SCORES, OF_SEARCH] : [OF_SEARCH, OF_SCORES];
  if (!others.includes(name) || strategy === "no") return [];
  const listed = joinWords(["loss", ...measured].map(code), "or");
  const message =
    kind === "scored"
      ? t("The pairs of the data have scores, so that {0} is not measured. Choose {1}.", code(name), listed)
      : t("The rows of the data have no scores, so that {0} is not measured. Choose {1}.", code(name), listed);
  return [error("C67", path, message)];
}
