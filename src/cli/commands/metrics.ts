import { formatCount, formatInstant } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { UserError } from "../../base/errors.ts";
import { pointTriples } from "../../runs/export.ts";
import { findRun } from "../../runs/find.ts";
import type { RunRecord } from "../../runs/model.ts";
import type { Buckets, Points } from "../../store/port.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { metricTable } from "../metric-table.ts";
import { withRuns } from "../session.ts";
import { tableLines } from "../table.ts";
import { metricText } from "../words.ts";
import { toJsonNumber } from "../../base/numbers.ts";

interface Options {
  points?: number;
  from?: number;
  to?: number;
}

export async function run(context: Context, [name = "", metric]: string[], options: Options): Promise<number> {
  return withRuns(context, async ({ store }) => {
    const record = await findRun(store, name);
    if (metric === undefined) {
      if (context.json) printJson(context, record.metrics);
      else for (const line of metricTable(context, record)) context.out.line(line);
      return EXIT.done;
    }
    if (!record.metrics[metric]) throw unknownMetric(record, metric);
    const stretch = await store.series({
      run: record.id,
      metric,
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.to === undefined ? {} : { to: options.to }),
      ...(options.points === undefined ? {} : { buckets: options.points }),
    });
    if (context.json) printJson(context, { points: rowsOf(stretch) });
    else for (const line of textLines(context, stretch, metric)) context.out.line(line);
    return EXIT.done;
  });
}

/** `[step, value, timeMs]` for points, `[step0, step1, min, max, mean, count]` for buckets: the stable JSON form. */
const rowsOf = (stretch: Points | Buckets): number[][] =>
  stretch.kind === "points" ? pointTriples(stretch) : bucketRows(stretch);

const bucketRows = ({ step0, step1, min, max, mean, count }: Buckets): number[][] =>
  Array.from(step0, (_, index) => [step0, step1, min, max, mean, count].map((column) => column[index] ?? Number.NaN));

function textLines(context: Context, stretch: Points | Buckets, metric: string): string[] {
  const { dim } = context.out.colours;
  const value = (number: number): string => metricText(toJsonNumber(number), metric);
  const right = (...titles: string[]) => titles.map((title) => ({ title, align: "right" as const }));
  if (stretch.kind === "points") {
    const rows = pointTriples(stretch).map(([step = 0, number = Number.NaN, timeMs = 0]) => [
      formatCount(step),
      value(number),
      formatInstant(timeMs),
    ]);
    return tableLines([...right(t("STEP"), t("VALUE")), { title: t("TIME") }], rows, dim);
  }
  const rows = bucketRows(stretch).map(([step0 = 0, step1 = 0, min = 0, max = 0, mean = 0, count = 0]) => [
    step0 === step1 ? formatCount(step0) : `${formatCount(step0)}–${formatCount(step1)}`,
    value(min),
    value(max),
    value(mean),
    formatCount(count),
  ]);
  return tableLines(right(t("STEPS"), t("MIN"), t("MAX"), t("MEAN"), t("POINTS")), rows, dim);
}

function unknownMetric(run: RunRecord, metric: string): UserError {
  const names = Object.keys(run.metrics);
  return new UserError("metric-unknown", t("Run {0} has no metric “{1}”.", run.name, metric), {
    advice: names.length > 0 ? t("It has: {0}.", names.join(", ")) : t("It has logged none yet."),
  });
}
