/** The compared runs as the page shows them: letters, colours, the baseline, and what each is judged by. */
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { CompareView, PageComparedRun } from "../../src/messages/compare-page.ts";
import { runLetter, viewSlots } from "../shared/slots.ts";

export interface ComparedRun {
  run: PageComparedRun;
  /** Place among the view's runs, for its columns of values. */
  index: number;
  letter: string;
  /** Colour slot in this view. */
  slot: number;
  /** One of too many: it shows its colour only while it is hovered. */
  isMuted: boolean;
  isBaseline: boolean;
  /** The best so far of the deciding metric; undefined without it. */
  result: number | undefined;
}

export interface Deciding {
  metric: string;
  goal: "min" | "max";
}

export interface Comparison {
  view: CompareView;
  /** In the order of their letters. */
  runs: readonly ComparedRun[];
  baseline: ComparedRun;
  /** The baseline first, then the others: the order of columns. */
  columns: readonly ComparedRun[];
  /** What runs are judged by; undefined before the first evaluation of any. */
  deciding: Deciding | undefined;
  /** Id of the run with the best result; undefined when none is better than another. */
  best: string | undefined;
}

/** With more runs the legend is a list, and only some have a colour. */
export const MOST_COLOURED = 12;

/**
 * @param chosen the baseline the person chose; one that is not shown does not count
 * @param pinned runs that keep their colour among many, beside baseline and best
 * @returns undefined without any run
 */
export function comparisonOf(
  view: CompareView,
  chosen: string | undefined,
  pinned: ReadonlySet<string>,
): Comparison | undefined {
  const baselineRun = view.runs.find(({ id }) => id === chosen) ?? view.runs.find(({ id }) => id === view.baseline);
  const first = baselineRun ?? view.runs[0];
  if (!first) return undefined;
  const deciding = decidingOf([first, ...view.runs]);
  const results = view.runs.map((run) => resultOf(run, deciding));
  const best = bestOf(results, deciding?.goal);
  const isMany = view.runs.length > MOST_COLOURED;
  const hasColour = view.runs.map(({ id }, at) => !isMany || id === first.id || at === best || pinned.has(id));
  const slots = colours(view.runs, hasColour);
  const runs = view.runs.map((run, index): ComparedRun => ({
    run,
    index,
    letter: runLetter(index),
    slot: slots[index]!,
    isMuted: !hasColour[index],
    isBaseline: run.id === first.id,
    result: results[index],
  }));
  const baseline = runs.find(({ isBaseline }) => isBaseline)!;
  return {
    view,
    runs,
    baseline,
    columns: [baseline, ...runs.filter((run) => run !== baseline)],
    deciding,
    best: best === undefined ? undefined : view.runs[best]?.id,
  };
}

/** Of two runs in colour that share a slot the later borrows a free one. */
function colours(runs: readonly PageComparedRun[], hasColour: readonly boolean[]): number[] {
  const coloured = runs.filter((_, index) => hasColour[index]);
  const slots = viewSlots(coloured.map(({ slot }) => slot));
  return runs.map((run) => slots[coloured.indexOf(run)] ?? run.slot);
}

function decidingOf(runs: readonly PageComparedRun[]): Deciding | undefined {
  const metric = runs.find(({ best }) => best)?.best?.metric;
  if (metric === undefined) return undefined;
  const goal = runs.map(({ metrics }) => metrics[metric]?.goal).find((one) => one);
  return { metric, goal: goal ?? "min" };
}

function resultOf({ best, metrics }: PageComparedRun, deciding: Deciding | undefined): number | undefined {
  if (!deciding) return undefined;
  if (best?.metric === deciding.metric) return fromJsonNumber(best.value);
  const summary = metrics[deciding.metric];
  return fromJsonNumber(deciding.goal === "max" ? summary?.max : summary?.min);
}

/** Index of the best of some values; undefined unless at least two are there and differ. */
export function bestOf(
  values: readonly (number | undefined)[],
  goal: "min" | "max" | null | undefined,
): number | undefined {
  const finite = values.filter((value): value is number => Number.isFinite(value));
  if (!goal || new Set(finite).size < 2) return undefined;
  return values.indexOf(goal === "max" ? Math.max(...finite) : Math.min(...finite));
}

/** A metric's name as short as it is unambiguous: `f1_macro`, `eval/loss`. */
export const shortMetric = (name: string): string => (name === "eval/loss" ? name : name.replace(/^eval\//, ""));
