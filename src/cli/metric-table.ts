import { formatCount } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import type { RunListItem } from "../runs/model.ts";
import type { Context } from "./context.ts";
import { tableLines } from "./table.ts";
import { printable } from "./terminal.ts";
import { metricText } from "./words.ts";

const GROUPS = ["train/", "eval/", ""];
const groupOf = (name: string): number =>
  GROUPS.findIndex((prefix) => name.startsWith(prefix) && !name.startsWith("system/"));
const rank = (name: string): number => (groupOf(name) < 0 ? GROUPS.length : groupOf(name));

/** A run's metrics with what is known of each: training first, then evaluation, others, the machine last. */
export function metricTable(context: Context, run: RunListItem): string[] {
  const entries = Object.entries(run.metrics).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  if (entries.length === 0) return [];
  return tableLines(
    [
      { title: t("METRIC") },
      { title: t("LAST"), align: "right" },
      { title: t("AT STEP"), align: "right" },
      { title: t("MIN"), align: "right" },
      { title: t("AT STEP"), align: "right" },
      { title: t("MAX"), align: "right" },
      { title: t("AT STEP"), align: "right" },
      { title: t("POINTS"), align: "right" },
    ],
    entries.map(([name, summary]) => [
      printable(name),
      metricText(summary.last, name),
      formatCount(summary.lastStep),
      metricText(summary.min, name),
      formatCount(summary.minStep),
      metricText(summary.max, name),
      formatCount(summary.maxStep),
      formatCount(summary.count),
    ]),
    context.out.colours.dim,
  );
}
