import { formatCount, formatDuration } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import type { JsonNumber } from "../base/numbers.ts";
import type { CheckpointView, RunRecord } from "../runs/model.ts";
import type { Context } from "./context.ts";
import { pairLines, tableLines } from "./table.ts";
import { metricText, stateText } from "./words.ts";

const bare = (metric: string): string => metric.replace(/^eval\//, "");

/** The checkpoint kept as the best. */
export const bestCheckpoint = (run: RunRecord): CheckpointView | undefined =>
  run.checkpoints.find((checkpoint) => checkpoint.tags.includes("best"));

/**
 * What the run reaches beside what simple rules (majority vote, a linear model) reach on the same rows: one line each,
 * one column for every metric the rules were measured by. Empty when no rule was measured.
 */
export function baselineTable(context: Context, run: RunRecord): string[] {
  if (run.baselines.length === 0) return [];
  const best = bestCheckpoint(run);
  const own: Record<string, JsonNumber> =
    best?.metrics ??
    Object.fromEntries(
      Object.entries(run.metrics)
        .filter(([name]) => name.startsWith("eval/"))
        .map(([name, summary]) => [name, summary.last]),
    );
  const names = [
    ...new Set(run.baselines.flatMap((baseline) => Object.keys(baseline.metrics).map((name) => bare(name)))),
  ];
  const value = (metrics: Record<string, JsonNumber>, name: string): string =>
    metricText(metrics[`eval/${name}`] ?? metrics[name], name);
  const row = (title: string, metrics: Record<string, JsonNumber>): string[] => [
    title,
    ...names.map((name) => value(metrics, name)),
  ];
  return tableLines(
    [{ title: "" }, ...names.map((title) => ({ title, align: "right" as const }))],
    [
      row(best ? t("this run at step {0}", formatCount(best.step)) : t("this run"), own).map((cell) =>
        context.out.colours.bold(cell),
      ),
      ...run.baselines.map((baseline) => row(baselineName(baseline.name), baseline.metrics)),
    ],
    context.out.colours.dim,
  );
}

function baselineName(name: string): string {
  if (name === "majority") return t("majority class");
  return name === "bag_of_words" ? t("linear model on words") : name;
}

/** The last words after following a run: how it ended, what it reached, where it lies, what to do next. */
export function summaryLines(context: Context, run: RunRecord): string[] {
  const { colours } = context.out;
  const took = run.startedMs !== null && run.endedMs !== null ? formatDuration(run.endedMs - run.startedMs) : undefined;
  const facts = [
    t("{0} steps", formatCount(run.progress.step)),
    took === undefined ? undefined : t("took {0}", took),
    run.cause === "" ? undefined : run.cause,
  ].filter((fact) => fact !== undefined);
  return [
    "",
    `${colours.bold(run.name)}  ${stateText(run.state, colours)}  ${facts.join(", ")}`,
    ...bestLine(run),
    ...blockOf(baselineTable(context, run)),
    "",
    ...pairLines([[t("folder"), run.dir], ...hints(run)], colours.dim),
  ];
}

const blockOf = (lines: string[]): string[] => (lines.length === 0 ? [] : ["", ...lines]);

function bestLine(run: RunRecord): string[] {
  const wanted = (run.config["checkpoint"] as { metric_for_best_model?: unknown } | undefined)?.metric_for_best_model;
  const best = bestCheckpoint(run);
  if (!best || typeof wanted !== "string") return [];
  const value = best.metrics[wanted] ?? best.metrics[`eval/${bare(wanted)}`];
  if (value === undefined) return [];
  return [t("Best {0}: {1} at step {2}.", bare(wanted), metricText(value, wanted), formatCount(best.step))];
}

/** Commands that make sense next. */
function hints(run: RunRecord): [string, string][] {
  const has = run.checkpoints.some((checkpoint) => checkpoint.present);
  const isScript = run.task === "script";
  const goesOn = run.state !== "finished" && (has || !isScript);
  const hints: [string, string | false][] = [
    [t("look"), `tuning-fork show ${run.id}`],
    [t("log"), run.state !== "finished" && `tuning-fork log ${run.id}`],
    [t("go on"), goesOn && `tuning-fork resume ${run.id}`],
    [
      t("vary"),
      has && `tuning-fork fork ${run.id} --at best --set ${isScript ? "script.params.…" : "train.learning_rate"}=…`,
    ],
    [t("compare"), run.state === "finished" && `tuning-fork compare ${run.parent?.run ?? "<run>"} ${run.id}`],
  ];
  return hints.filter((hint): hint is [string, string] => hint[1] !== false);
}
