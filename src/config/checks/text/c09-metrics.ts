import { t } from "../../../base/l10n.ts";
import { nearest } from "../../../base/nearest.ts";
import { error, type Finding, type Path } from "../../diagnostic.ts";
import { METRICS_OF_TASK } from "../../metrics.ts";
import { code, joinWords } from "../../schema/words.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { Check } from "../check.ts";

/** C09: a metric nobody computes. */
export const c09: Check = {
  id: "C09",
  severity: "error",
  title: "a metric that the task does not measure",
  why: "A metric that is never computed cannot choose a checkpoint, and early stopping that waits for it is silently off.",
  run({ config }) {
    const known = METRICS_OF_TASK[config.task];
    const listed = config.eval.metrics.flatMap((name, index) => unknownMetric(name, ["eval", "metrics", index], known));
    return [...listed, ...bestMetric(config, known)];
  },
};

function unknownMetric(name: string, path: Path, names: readonly string[]): Finding[] {
  if (names.includes(name)) return [];
  const bare = name.replace(/^eval[_/]/, "");
  const near = names.includes(bare)
    ? bare
    : (nearest(bare, names) ?? names.find((metric) => metric.startsWith(`${bare}_`)));
  const there = joinWords(names.map(code), "and");
  const message =
    near === undefined
      ? t("There is no metric {0} for this task; there are {1}.", code(name), there)
      : t("There is no metric {0} for this task; there are {1}. Did you mean {2}?", code(name), there, code(near));
  const fixes =
    near === undefined
      ? []
      : [{ title: t("Write {0}", code(near)), safe: false, edits: [{ kind: "set", path, value: near } as const] }];
  return [error("C09", path, message, { fixes })];
}

function bestMetric({ checkpoint, eval: { metrics } }: ResolvedConfig, names: readonly string[]): Finding[] {
  const name = checkpoint.metric_for_best_model;
  const path = ["checkpoint", "metric_for_best_model"];
  const wrong = unknownMetric(name, path, names);
  if (wrong.length > 0 || name === "loss" || metrics.includes(name)) return wrong;
  const message = t(
    "The best checkpoint is chosen by {0}, which `eval.metrics` does not list. Add it there.",
    code(name),
  );
  const add = { kind: "set", path: ["eval", "metrics"], value: [...metrics, name] } as const;
  return [
    error("C09", path, message, {
      fixes: [{ title: t("Add {0} to `eval.metrics`", code(name)), safe: true, edits: [add] }],
    }),
  ];
}
