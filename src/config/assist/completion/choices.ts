import { t } from "../../../base/l10n.ts";
import { METRICS_OF_TASK } from "../../metrics.ts";
import { notesOf } from "../../schema/key.ts";
import { knownPlaceholders } from "../../script/placeholders.ts";
import { variantsOf, type SchemaView } from "../../schema/view.ts";
import { presetAt } from "../defaults.ts";
import { listIn } from "../schema-at.ts";
import { PATH_KEYS } from "../path-keys.ts";
import type { AssistOptions } from "../types.ts";
import { fitted, type Asked, type Found } from "./asked.ts";
import type { Choice } from "./choice.ts";
import { columns, labels, targetModules } from "./from-facts.ts";
import { models } from "./models.ts";
import { paths } from "./paths.ts";
import { warmups } from "./schedule.ts";

type Source = (asked: Asked, options: AssistOptions) => Found | Promise<Found>;

/** Keys whose values come from somewhere else than the schema, by their dotted name. */
const SOURCES: Readonly<Record<string, Source>> = {
  "data.labels": labels,
  "model.name_or_path": models,
  "method.teacher.name_or_path": models,
  "method.target_modules": targetModules,
  "method.modules_to_save": targetModules,
  "eval.metrics": metrics,
  "checkpoint.metric_for_best_model": bestMetrics,
  "train.warmup": warmups,
  "script.args": scriptArguments,
};

/** The source of a key's values, if there is one beside the schema. */
function sourceOf({ path, sweepPath }: Asked): Source | undefined {
  const key = (path ?? sweepPath ?? []).filter((step) => typeof step === "string").join(".");
  if (!path)
    return key === "metric.name" ? bestMetrics : key === "base" ? (asked) => paths(asked, "config") : undefined;
  if (key.startsWith("data.columns.")) return columns;
  const kind = PATH_KEYS[key];
  return SOURCES[key] ?? (kind && ((asked) => paths(asked, kind)));
}

/** Everything that may be written there: what the schema lists, what the surroundings offer, and the default. */
export async function choicesFor(asked: Asked, options: AssistOptions): Promise<Found> {
  const { choices, isLate } = (await sourceOf(asked)?.(asked, options)) ?? { choices: [], isLate: false };
  const offered = new Set(choices.map(({ value }) => String(value)));
  const others = preset(asked).filter(({ value }) => !offered.has(String(value)));
  return { choices: [...fromSchema(asked), ...choices, ...others], isLate };
}

function fromSchema({ schema, isEntry, document, path }: Asked): Choice[] {
  const isMust = path && presetAt(document, path);
  const literal = (value: unknown): Choice => ({
    value,
    kind: "value",
    ...(value === isMust ? { detail: t("default") } : {}),
  });
  const list = isEntry ? undefined : listIn(schema)?.items;
  return [
    ...variantsOf(schema).flatMap((variant) => literals(variant).map(literal)),
    ...(list ? variantsOf(list).flatMap(literals).map(inList) : []),
  ];
}

/** The first entry of a list that is only begun. */
const inList = (value: unknown): Choice => ({ value: [value], label: String(value), kind: "value" });

function literals({ const: one, enum: many, type }: SchemaView): unknown[] {
  if (many) return [...many];
  if (one !== undefined) return [one];
  return type === "boolean" ? [true, false] : [];
}

/** The default of a number or text, to write it out. */
function preset({ document, path, isEntry, schema }: Asked): Choice[] {
  if (!path || isEntry || notesOf(schema).required) return [];
  const value = presetAt(document, path);
  const isPlain = typeof value === "number" || typeof value === "string";
  const isListed = variantsOf(schema).some((variant) => literals(variant).includes(value));
  return isPlain && !isListed ? [{ value, kind: "value", detail: t("default") }] : [];
}

function metrics(asked: Asked): Found {
  const { document } = asked;
  const names = document.config ? METRICS_OF_TASK[document.config.task] : [];
  return { choices: names.map((value) => fitted(asked, { value, kind: "metric" })), isLate: false };
}

/** Those that are measured first: only they can decide. */
function bestMetrics({ document }: Asked): Found {
  const { config } = document;
  if (!config) return { choices: [], isLate: false };
  const measured = config.eval.metrics;
  const names = [...new Set(["loss", ...measured, ...METRICS_OF_TASK[config.task]])];
  const choices = names.map((value): Choice => {
    const isMeasured = value === "loss" || measured.includes(value);
    return { value, kind: "metric", ...(isMeasured ? {} : { detail: t("not in `eval.metrics`") }) };
  });
  return { choices, isLate: false };
}

function scriptArguments(asked: Asked): Found {
  const script = asked.document.config?.task === "script" ? asked.document.config.script : undefined;
  const names = knownPlaceholders(script?.params ?? {});
  return { choices: names.map((name) => fitted(asked, { value: `\${${name}}`, kind: "value" })), isLate: false };
}
