import { existsSync } from "node:fs";
import { systemClock } from "../../base/clock.ts";
import { formatDuration, formatPast, formatPercent, MISSING } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { sparkline } from "../../base/sparkline.ts";
import { headlineOf } from "../../runs/headline.ts";
import type { RunListItem } from "../../runs/model.ts";
import { storeRoot } from "../../runs/workspace.ts";
import type { RunStore } from "../../store/port.ts";
import { printJson, EXIT, type Context } from "../context.ts";
import { withRuns } from "../session.ts";
import { heights } from "../sparkline.ts";
import { tableLines } from "../table.ts";
import { printable, truncate } from "../terminal.ts";
import { metricText, stateText } from "../words.ts";

interface Options {
  filter?: string;
  limit: number;
  all?: boolean;
  trashed?: boolean;
}

/** Buckets of the loss curve in a line of the list. */
const SPARK_WIDTH = 12;
const LOSS = "train/loss";

export async function run(context: Context, _args: string[], options: Options): Promise<number> {
  // A folder without runs has an empty list: that is an answer, not an error.
  if (!existsSync(storeRoot(context.where))) return print(context, options, [], []);
  return withRuns(context, async ({ store }) => {
    // One more than shown tells that there are more. The store cannot be asked for the trash alone, so that is chosen here.
    const limit = options.all || options.trashed ? {} : { limit: options.limit + 1 };
    const filter = options.filter ? { filter: options.filter } : {};
    const found = await store.list({ ...filter, ...limit, trashed: options.trashed ?? false });
    const items = options.trashed ? found.filter((item) => item.trashed) : found;
    const shown = options.all ? items : items.slice(0, options.limit);
    const sparks = context.json ? [] : await lossLines(store, shown);
    return print(context, options, shown, sparks, items.length > shown.length);
  });
}

/** The loss of each run in a few bars, read from the coarse end of its series. */
async function lossLines(store: RunStore, items: RunListItem[]): Promise<string[]> {
  const withLoss = items.filter((item) => item.metrics[LOSS]);
  const stretches = await store.seriesMany(
    withLoss.map((item) => ({ run: item.id, metric: LOSS, buckets: SPARK_WIDTH })),
  );
  const lines = new Map(
    withLoss.map((item, index) => {
      const stretch = stretches[index];
      return [item.id, stretch ? sparkline(heights(stretch)) : ""];
    }),
  );
  return items.map((item) => lines.get(item.id) ?? "");
}

function print(context: Context, options: Options, items: RunListItem[], sparks: string[], more = false): number {
  if (context.json) printJson(context, items);
  else if (items.length === 0) context.out.line(emptyText(options));
  else {
    for (const line of lines(context, items, sparks)) context.out.line(line);
    if (more) context.out.line(context.out.colours.dim(t("Older runs are hidden; --all shows them.")));
  }
  return EXIT.done;
}

const emptyText = (options: Options): string =>
  options.filter
    ? t("No run matches “{0}”.", options.filter)
    : options.trashed
      ? t("The trash is empty.")
      : t("No runs yet. Start one: tuning-fork start finetune.yaml");

function lines(context: Context, items: RunListItem[], sparks: string[]): string[] {
  const { colours } = context.out;
  const now = systemClock();
  const rows = items.map((item, index) => {
    const headline = headlineOf(item);
    return [
      `${item.starred ? colours.yellow("★") : " "} ${item.id}`,
      truncate(printable(item.name), 32),
      stateText(item.state, colours),
      progressText(item),
      metricText(item.metrics[LOSS]?.last, LOSS),
      colours.cyan(sparks[index] ?? ""),
      headline ? `${metricText(headline.value, headline.metric)} ${colours.dim(headline.metric.slice(5))}` : MISSING,
      formatPast(item.createdMs, now),
      item.etaMs === null ? "" : t("{0} left", formatDuration(item.etaMs)),
    ];
  });
  return tableLines(
    [
      { title: `  ${t("ID")}` },
      { title: t("NAME") },
      { title: t("STATE") },
      { title: t("STEP"), align: "right" },
      { title: t("LOSS"), align: "right" },
      { title: "" },
      { title: t("RESULT") },
      { title: t("STARTED") },
      { title: "" },
    ],
    rows,
    colours.dim,
  );
}

function progressText({ progress: { step, total } }: RunListItem): string {
  if (total === null || total === 0) return step === 0 ? MISSING : String(step);
  return step >= total ? String(total) : `${step}/${total} ${formatPercent(step / total)}`;
}
