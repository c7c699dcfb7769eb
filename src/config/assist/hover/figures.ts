import { formatCount, formatPercent } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { resolvePath } from "../../../data/locations.ts";
import { isTargeted } from "../../facts/model/targets.ts";
import { METRICS_OF_TASK, higherIsBetter } from "../../metrics.ts";
import type { Path } from "../../path.ts";
import { code, joinWords } from "../../schema/words.ts";
import { columnsOf, dataFacts, modelFacts, trainedConfig, unlabelledFacts } from "../known.ts";
import { textOf, type Place } from "../places.ts";
import { rowsInWords, stepPlan, stepsInWords } from "../plan.ts";
import type { AssistDocument, AssistOptions } from "../types.ts";

interface About {
  readonly document: AssistDocument;
  /** In terms of the config. */
  readonly path: Path;
  readonly place: Place;
}

type Figures = (about: About, options: AssistOptions) => Promise<string[]> | string[];

/** What a value comes to here, by the dotted key. */
const FIGURES: Readonly<Record<string, Figures>> = {
  "train.warmup": steps(({ warmupSteps, totalSteps }) =>
    t("{0} of {1} are warm-up.", formatCount(warmupSteps), stepsInWords(totalSteps)),
  ),
  "train.num_train_epochs": steps(lengthSentence),
  "train.max_steps": steps(lengthSentence),
  "train.per_device_train_batch_size": steps(batchSentence),
  "train.gradient_accumulation_steps": steps(batchSentence),
  "hardware.devices": steps(batchSentence),
  "data.train": dataFigures,
  "data.eval": evalFigures,
  "data.eval_fraction": evalFigures,
  "data.labels": labelFigures,
  "data.columns": columnFigures,
  "data.max_length": lengthFigures,
  "model.name_or_path": modelFigures,
  "method.target_modules": moduleFigures,
  "eval.metrics": metricFigures,
  "checkpoint.metric_for_best_model": metricFigures,
};

/** Sentences about what a value means for this config; none when nothing is known. */
export async function figuresFor(about: About, options: AssistOptions): Promise<string[]> {
  const figures = FIGURES[about.path.join(".")] ?? FIGURES[about.path.slice(0, 2).join(".")];
  return (await figures?.(about, options)) ?? [];
}

type Plan = NonNullable<Awaited<ReturnType<typeof stepPlan>>["value"]>;

function steps(sentence: (plan: Plan) => string): Figures {
  return async ({ document }, options) => {
    const { value, isLate } = await stepPlan(document, options);
    return value ? [sentence(value)] : late(isLate);
  };
}

function lengthSentence({ stepsPerEpoch, totalSteps }: Plan): string {
  return t("{0} per epoch, {1} in all.", stepsInWords(stepsPerEpoch), formatCount(totalSteps));
}

function batchSentence({ effectiveBatch, stepsPerEpoch }: Plan): string {
  return t(
    "{0} count for one optimizer step; {1} per epoch.",
    rowsInWords(effectiveBatch),
    stepsInWords(stepsPerEpoch),
  );
}

const late = (isLate: boolean): string[] => (isLate ? [t("The data is still being read.")] : []);

async function dataFigures({ document, place }: About, options: AssistOptions): Promise<string[]> {
  const found = await dataFacts(document, options);
  if (found.isLate) return late(true);
  if (!found.value) return [];
  const { rows, labels, classCounts, files, columns } = found.value;
  const text = textOf(place.node);
  const own = text === undefined ? undefined : files.find(({ path }) => path === resolvePath(text, document.baseDir));
  const split = t("{0} for training, {1} for evaluation.", rowsInWords(rows.train), formatCount(rows.eval));
  const names = columns.all.map(code).join(", ");
  return [
    own && files.length > 1 ? `${t("This file has {0}.", rowsInWords(own.rows))} ${split}` : split,
    ...(names === "" ? [] : [t("Columns: {0}.", names)]),
    ...classTable(labels, classCounts.train),
  ];
}

/** Most classes of a table in a hover. */
const MOST_CLASSES = 20;

function classTable(labels: readonly string[], counts: Readonly<Record<string, number>>): string[] {
  if (labels.length === 0) return [];
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const rows = labels.slice(0, MOST_CLASSES).map((label) => {
    const count = counts[label] ?? 0;
    return `| ${label.replaceAll("|", String.raw`\|`)} | ${formatCount(count)} | ${all === 0 ? "" : formatPercent(count / all)} |`;
  });
  const more = labels.length > MOST_CLASSES ? [t("{0} more classes.", formatCount(labels.length - MOST_CLASSES))] : [];
  return [`| ${t("class")} | ${t("rows")} | |\n| --- | ---: | ---: |\n${rows.join("\n")}`, ...more];
}

async function evalFigures({ document }: About, options: AssistOptions): Promise<string[]> {
  const found = await dataFacts(document, options);
  if (found.isLate) return late(true);
  return found.value ? [t("{0} for evaluation.", rowsInWords(found.value.rows.eval))] : [];
}

async function labelFigures({ document }: About, options: AssistOptions): Promise<string[]> {
  const found = await unlabelledFacts(document, options);
  if (found.isLate) return late(true);
  return found.value ? classTable(found.value.labels, found.value.classCounts.train) : [];
}

async function columnFigures({ document }: About, options: AssistOptions): Promise<string[]> {
  const found = await columnsOf(document, options);
  if (found.isLate || found.value.length === 0) return late(found.isLate);
  return [t("The data has the columns {0}.", joinWords(found.value.map(code), "and"))];
}

async function lengthFigures({ document }: About, options: AssistOptions): Promise<string[]> {
  const found = await dataFacts(document, options);
  if (found.isLate) return late(true);
  if (!found.value) return [];
  const { p50, p95, max } = found.value.characters;
  const [half, most, longest] = [p50, p95, max].map(formatCount);
  return [
    t("Half of the texts have at most {0} characters, 95 % at most {1}, the longest {2}.", half!, most!, longest!),
  ];
}

async function modelFigures({ document }: About, options: AssistOptions): Promise<string[]> {
  const found = await modelFacts(document, options);
  if (found.isLate) return [t("The model's files are still being read.")];
  if (!found.value) return [];
  const { type, parameters, layers, hidden, vocabulary, positions, dtype } = found.value;
  const size = t(
    "{0} with {1} parameters in {2} layers of width {3}.",
    code(type),
    shortCount(parameters),
    formatCount(layers),
    formatCount(hidden),
  );
  const words = t("A vocabulary of {0}, weights in {1}.", formatCount(vocabulary), code(dtype));
  return [size, positions === null ? words : `${words} ${t("Texts of up to {0} tokens.", formatCount(positions))}`];
}

/** A number of parameters as people say it: `66.4 M`, `4.02 B`. */
function shortCount(count: number): string {
  const [unit, divisor] = count >= 1e9 ? ["B", 1e9] : count >= 1e6 ? ["M", 1e6] : ["", 1];
  return divisor === 1 ? formatCount(count) : `${Number((count / divisor).toPrecision(3))} ${unit}`;
}

async function moduleFigures({ document, place }: About, options: AssistOptions): Promise<string[]> {
  const found = await modelFacts(document, options);
  const name = place.at === "value" ? textOf(place.node) : undefined;
  if (found.isLate || !found.value || name === undefined || name === "auto" || name === "all-linear") return [];
  const matching = found.value.linear.filter(({ module }) => isTargeted(module, name));
  return [
    matching.length === 1
      ? t("1 layer of the model has this name.")
      : t("{0} layers of the model have this name.", formatCount(matching.length)),
  ];
}

function metricFigures({ document, place }: About): string[] {
  const config = trainedConfig(document);
  const name = place.at === "value" ? textOf(place.node) : undefined;
  if (!config || name === undefined || !METRICS_OF_TASK[config.task].includes(name)) return [];
  return [higherIsBetter(name) ? t("More of {0} is better.", code(name)) : t("Less of {0} is better.", code(name))];
}
