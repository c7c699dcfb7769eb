import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning, type Finding } from "../../diagnostic.ts";
import type { DataFacts } from "../../facts/facts.ts";
import { code, joinWords } from "../../schema/words.ts";
import type { Check, CheckContext } from "../check.ts";
import { setting } from "../text/mend.ts";
import { dataProblem } from "./problem.ts";
import { shareInWords } from "./rows-in-words.ts";

const FEWEST_ROWS = 5;
const LARGEST_SHARE = 0.9;
/** Classes that a message names. */
const NAMED = 5;

const PATH = ["data", "train"];

/** C18: classes with next to no rows, or with nearly all of them, and labels that only the evaluation has. */
export const c18: Check = {
  id: "C18",
  severity: ["error", "warning"],
  title: "classes with hardly any rows, one with nearly all of them, or one that only the evaluation data has",
  why: "A class of a few rows is not learnt. Where nearly all rows are of one class, a model that always says it looks accurate. A class without training rows is always answered wrong.",
  async run(context) {
    const data = await context.facts.data();
    if (!data.known) return dataProblem("C18", context);
    return [...evalOnly(data.facts), ...small(data.facts), ...majority(context, data.facts)];
  },
};

function evalOnly({ quality: { evalOnlyLabels: labels } }: DataFacts): Finding[] {
  if (labels.length === 0) return [];
  const message = t(
    "`data.eval` has labels that no training row has: {0}. They are always answered wrong. Add training rows or correct the labels.",
    named(labels),
  );
  return [warning("C18", ["data", "eval"], message)];
}

function small({ classCounts: { train }, quality: { evalOnlyLabels } }: DataFacts): Finding[] {
  const few = Object.entries(train).filter(([label, count]) => count < FEWEST_ROWS && !evalOnlyLabels.includes(label));
  if (few.length === 0) return [];
  const message = t(
    "Classes with fewer than {0} training rows are hardly learnt: {1}. Add rows, or merge them into another class.",
    FEWEST_ROWS,
    named(few.map(([label, count]) => `${label} (${formatCount(count)})`)),
  );
  return [warning("C18", PATH, message)];
}

/** Most tokens of a text are of no class, so that the balance of tokens says nothing. */
function majority({ config }: CheckContext, { classCounts: { train } }: DataFacts): Finding[] {
  if (config.task !== "text-classification" || isFairMetric(config.checkpoint.metric_for_best_model)) return [];
  const all = Object.values(train).reduce((sum, count) => sum + count, 0);
  const [largest] = Object.entries(train).toSorted(([, a], [, b]) => b - a);
  if (!largest || largest[1] <= all * LARGEST_SHARE) return [];
  const [label, count] = largest;
  const message = t(
    "{0} of the training rows are {1} ({2} of {3}): a model that always says {1} has that accuracy. Choose the best checkpoint by `f1_macro`, in which all classes count alike.",
    shareInWords(count / all),
    code(label),
    formatCount(count),
    formatCount(all),
  );
  const path = ["checkpoint", "metric_for_best_model"];
  const isMeasured = config.eval.metrics.includes("f1_macro");
  const fix = setting(path, "f1_macro");
  const withMetric = {
    ...fix,
    edits: [
      ...fix.edits,
      { kind: "set", path: ["eval", "metrics"], value: [...config.eval.metrics, "f1_macro"] } as const,
    ],
  };
  return [warning("C18", PATH, message, { fixes: [isMeasured ? fix : withMetric] })];
}

/** Metrics in which a class counts the same whatever its rows. */
const isFairMetric = (metric: string): boolean => /(?:^|\/)(?:f1|precision|recall)_macro$/.test(metric);

function named(labels: readonly string[]): string {
  const shown = labels.slice(0, NAMED);
  return labels.length > NAMED
    ? t("{0} and {1} more", shown.join(", "), labels.length - NAMED)
    : joinWords(shown, "and");
}
