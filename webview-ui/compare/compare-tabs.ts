import { t } from "../../src/base/l10n.ts";
import type { Tab } from "../shared/tabs.ts";
import { codeDifferences } from "./code-groups.ts";
import type { TabName } from "./kept.ts";
import type { Predictions } from "./predictions.ts";
import { MOST_COLOURED, type Comparison } from "./runs.ts";

/** The tabs with what each counts. */
export function tabsOf(comparison: Comparison, predictions: Predictions): (Tab & { id: TabName })[] {
  const keys = comparison.view.config.filter(({ differs }) => differs).length;
  const code = codeDifferences(comparison);
  const rows = disagreements(comparison, predictions);
  const { letter } = comparison.baseline;
  return [
    { id: "overview", label: t("Overview") },
    { id: "charts", label: t("Charts") },
    {
      id: "config",
      label: t("Config diff"),
      badge: keys,
      badgeTitle: keys === 1 ? t("1 key differs") : t("{0} keys differ", keys),
    },
    {
      id: "code",
      label: t("Code diff"),
      badge: code,
      badgeTitle:
        code === 1 ? t("1 run has other code than {0}", letter) : t("{0} runs have other code than {1}", code, letter),
    },
    {
      id: "predictions",
      label: t("Predictions"),
      badge: rows,
      badgeTitle:
        rows === 1
          ? t("1 row is predicted differently than by {0}", letter)
          : t("{0} rows are predicted differently than by {1}", rows, letter),
    },
    { id: "environment", label: t("Environment") },
  ];
}

/** Rows at least one run predicts differently than the baseline; 0 while it is not known. Of very many runs it is not asked. */
function disagreements({ runs, baseline }: Comparison, predictions: Predictions): number {
  if (runs.length > MOST_COLOURED) return 0;
  const [from, ...others] = [baseline, ...runs.filter((run) => run !== baseline)].map(({ run }) => predictions.of(run));
  if (!from || from instanceof Error) return 0;
  const rows = new Set<string>();
  for (const other of others)
    if (other && !(other instanceof Error))
      for (const pair of predictions.pairs(other, from)) if (pair.isChanged) rows.add(pair.key);
  return rows.size;
}
