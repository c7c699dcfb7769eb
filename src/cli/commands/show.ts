import { systemClock } from "../../base/clock.ts";
import {
  formatCount,
  formatDuration,
  formatEnd,
  formatFileSize,
  formatInstant,
  formatPast,
  formatSteps,
} from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { sparkline } from "../../base/sparkline.ts";
import { findRun } from "../../runs/find.ts";
import { isTerminal, type RunRecord } from "../../runs/model.ts";
import type { RunStore } from "../../store/port.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { followToEnd } from "../follow.ts";
import { metricTable } from "../metric-table.ts";
import { baselineTable } from "../result.ts";
import { runJson } from "../../runs/export.ts";
import { withRuns } from "../session.ts";
import { heights } from "../sparkline.ts";
import { pairLines, tableLines } from "../table.ts";
import { printable } from "../terminal.ts";
import { metricText, settingText, stateText } from "../words.ts";

interface Options {
  follow?: boolean;
}

export async function run(context: Context, [name = ""]: string[], options: Options): Promise<number> {
  return withRuns(context, async (home) => {
    const { store } = home;
    const record = await findRun(store, name);
    if (options.follow && !isTerminal(record.state)) {
      return followToEnd(context, home, record, { segment: record.segments.at(-1)?.segment ?? 1, skipPast: true });
    }
    if (context.json) printJson(context, runJson(record));
    else for (const line of await lines(context, store, record)) context.out.line(line);
    return options.follow && record.state !== "finished" ? EXIT.failed : EXIT.done;
  });
}

async function lines(context: Context, store: RunStore, run: RunRecord): Promise<string[]> {
  const { bold, dim } = context.out.colours;
  return [
    `${bold(printable(run.name))}  ${stateText(run.state, context.out.colours)}${run.cause ? `  ${printable(run.cause)}` : ""}`,
    ...pairLines(facts(run), dim),
    ...(await lossLine(context, store, run)),
    ...section(context, t("Metrics"), metricTable(context, run)),
    ...section(context, t("Against simple rules"), baselineTable(context, run)),
    ...section(context, t("Checkpoints"), checkpointTable(context, run)),
    ...section(context, t("Alerts"), alertLines(run)),
  ];
}

function facts(run: RunRecord): [string, string][] {
  const now = systemClock();
  const pairs: [string, string | undefined][] = [
    [t("id"), run.id],
    [t("config"), run.configFile],
    [t("model"), [run.model, run.method, run.task].filter((text) => text !== "").join(", ")],
    [t("progress"), progressText(run)],
    [
      t("started"),
      `${formatPast(run.startedMs ?? run.createdMs, now)}, ${formatInstant(run.startedMs ?? run.createdMs)}`,
    ],
    [t("ended"), run.endedMs === null ? undefined : formatInstant(run.endedMs)],
    [t("parent"), run.parent ? t("{0} at step {1}", run.parent.run, formatCount(run.parent.step)) : undefined],
    [t("segments"), run.segments.length > 1 ? segmentsText(run) : undefined],
    [t("tags"), run.tags.join(", ") || undefined],
    [t("note"), run.note ? printable(run.note) : undefined],
    [t("exit"), exitText(run)],
    [t("folder"), run.dir],
  ];
  return pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

function progressText(run: RunRecord): string {
  const { step, total, epoch } = run.progress;
  const parts = [formatSteps(step, total)];
  if (epoch !== null) parts.push(t("epoch {0}", epoch.toFixed(2)));
  if (run.startedMs !== null) parts.push(t("took {0}", formatDuration((run.endedMs ?? systemClock()) - run.startedMs)));
  if (run.etaMs !== null)
    parts.push(t("{0} left, {1}", formatDuration(run.etaMs), formatEnd(systemClock() + run.etaMs)));
  return parts.join(", ");
}

const segmentsText = (run: RunRecord): string =>
  run.segments
    .slice(1)
    .map((segment) => t("resumed at {0}", formatCount(segment.fromStep)))
    .join(", ");

function exitText({ state, process: { exitCode, signal, exitUnknown } }: RunRecord): string | undefined {
  if (!isTerminal(state) || state === "finished") return undefined;
  if (exitUnknown) return t("unknown: nobody could wait for the trainer's end");
  return signal ? t("signal {0}", signal) : exitCode === null ? undefined : t("code {0}", exitCode);
}

async function lossLine(context: Context, store: RunStore, run: RunRecord): Promise<string[]> {
  const loss = run.metrics["train/loss"];
  if (!loss || loss.count < 2) return [];
  const width = Math.min(60, context.out.columns() - 30);
  const stretch = await store.series({ run: run.id, metric: "train/loss", buckets: width });
  const { dim, cyan } = context.out.colours;
  return ["", `${dim("train/loss")}  ${cyan(sparkline(heights(stretch)))}  ${metricText(loss.last, "train/loss")}`];
}

const section = (context: Context, title: string, body: string[]): string[] =>
  body.length === 0 ? [] : ["", context.out.colours.bold(title), ...body];

function checkpointTable(context: Context, run: RunRecord): string[] {
  const present = run.checkpoints.filter((checkpoint) => checkpoint.present);
  if (present.length === 0) return [];
  return tableLines(
    [
      { title: t("STEP"), align: "right" },
      { title: t("SIZE"), align: "right" },
      { title: t("TAGS") },
      { title: t("METRICS") },
    ],
    present.map((checkpoint) => [
      formatCount(checkpoint.step),
      formatFileSize(checkpoint.bytes),
      checkpoint.tags.join(", "),
      Object.entries(checkpoint.metrics)
        .map(([name, value]) => `${name} ${metricText(value, name)}`)
        .join("  "),
    ]),
    context.out.colours.dim,
  );
}

const alertLines = (run: RunRecord): string[] =>
  run.alerts.map(({ level, message, step }) =>
    printable(`${level}${step === null ? "" : ` ${t("at step {0}", settingText(step))}`}: ${message}`),
  );
