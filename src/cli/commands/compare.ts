import { formatDelta } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import { compareRuns, type Comparison, type Difference, type MetricComparison } from "../../runs/compare.ts";
import { findRuns } from "../../runs/find.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { usageError } from "../failures.ts";
import { withRuns } from "../session.ts";
import { tableLines, type Column } from "../table.ts";
import { printable, truncate, type Colours } from "../terminal.ts";
import { metricText, settingText, stateText } from "../words.ts";
import type { RunState } from "../../runs/model.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const letterOf = (index: number): string => LETTERS[index] ?? `#${index + 1}`;

export async function run(context: Context, names: string[]): Promise<number> {
  return withRuns(context, async ({ store }) => {
    const records = await findRuns(store, names);
    if (records.length < 2) throw usageError(t("A comparison needs two different runs or more."));
    const comparison = compareRuns(records);
    if (context.json) printJson(context, comparison);
    else for (const line of lines(context, comparison)) context.out.line(line);
    return EXIT.done;
  });
}

function lines(context: Context, { runs, config, environment, metrics }: Comparison): string[] {
  const { colours } = context.out;
  const { bold, dim } = colours;
  const heads: Column[] = runs.map((_, index) => ({ title: letterOf(index), align: "right" }));
  const block = (title: string, column: string, rows: string[][], none: string): string[] => [
    "",
    bold(title),
    ...(rows.length === 0 ? [dim(none)] : tableLines([{ title: column }, ...heads], rows, dim)),
  ];
  return [
    ...runs.map(
      (run, index) =>
        `${bold(letterOf(index))}  ${printable(run.name)}  ${dim(run.id)}  ${stateText(run.state as RunState, colours)}`,
    ),
    ...block(t("Config"), t("KEY"), differenceRows(config), t("The same in all.")),
    ...block(t("Environment"), t("KEY"), differenceRows(environment), t("The same in all.")),
    ...block(
      t("Final metrics, Δ to A"),
      t("METRIC"),
      metrics.map((metric) => [
        printable(metric.name),
        ...metric.values.map((value, index) => {
          const text = metricText(value, metric.name);
          return index === 0 ? text : `${text} ${deltaText(metric, index, colours)}`;
        }),
      ]),
      t("None logged."),
    ),
  ];
}

/** `▲ −0.0251`: better or worse by the metric's goal, the sign by arithmetic. */
function deltaText({ name, goal, values, deltas }: MetricComparison, index: number, colours: Colours): string {
  const delta = deltas[index] ?? 0;
  const text = formatDelta(fromJsonNumber(values[index]), fromJsonNumber(values[0]), name).padStart(9);
  if (goal === null || delta === 0) return colours.dim(`  ${text}`);
  return delta > 0 === (goal === "max") ? colours.green(`▲ ${text}`) : colours.dim(`▽ ${text}`);
}

const differenceRows = (differences: Difference[]): string[][] =>
  differences.map(({ key, values }) => [key, ...values.map((value) => truncate(printable(settingText(value)), 40))]);
