import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { columnsOf, modelFacts, unlabelledFacts } from "../known.ts";
import { rowsInWords } from "../plan.ts";
import { suggestTargets } from "../../facts/model/targets.ts";
import type { AssistOptions } from "../types.ts";
import type { Choice } from "./choice.ts";
import { fitted, type Asked, type Found } from "./asked.ts";

/** Columns the data file has. */
export async function columns({ document }: Asked, options: AssistOptions): Promise<Found> {
  const found = await columnsOf(document, options);
  if (found.isLate) return { choices: [], isLate: true };
  return { choices: found.value.map((value) => ({ value, kind: "column" })), isLate: false };
}

/** Class names found in the data: each by itself, and where no list is begun, all of them at once. */
export async function labels(asked: Asked, options: AssistOptions): Promise<Found> {
  const found = await unlabelledFacts(asked.document, options);
  if (found.isLate) return { choices: [], isLate: true };
  const { labels: names = [], classCounts } = found.value ?? {};
  const rows = (name: string): string => rowsInWords((classCounts?.train[name] ?? 0) + (classCounts?.eval[name] ?? 0));
  const each = names.map((value): Choice => fitted(asked, { value, kind: "label", detail: rows(value) }));
  const all: Choice = {
    value: [...names],
    label: `[${names.join(", ")}]`,
    kind: "label",
    detail: t("all classes of the data"),
  };
  return { choices: names.length > 1 && !asked.isEntry ? [all, ...each] : each, isLate: false };
}

/** Kinds of linear layers of the model by the last part of their names, the commonest first. */
export async function targetModules(asked: Asked, options: AssistOptions): Promise<Found> {
  const found = await modelFacts(asked.document, options);
  if (found.isLate) return { choices: [], isLate: true };
  const choices = (found.value ? suggestTargets(found.value) : []).map(({ name, count }): Choice =>
    fitted(asked, {
      value: name,
      kind: "module",
      detail: count === 1 ? t("1 layer") : t("{0} layers", formatCount(count)),
    }),
  );
  return { choices, isLate: false };
}
