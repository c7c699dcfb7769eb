/** Whether the runs can be compared at all: the same data, the same seed. */
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { ComparedRun, Comparison } from "./runs.ts";

export interface Subtitle {
  text: string;
  isWarning: boolean;
}

export function subtitleOf({ runs, baseline }: Comparison): Subtitle {
  const others = runs.filter((run) => !run.isBaseline);
  const differing = (of: (run: ComparedRun) => unknown): ComparedRun[] =>
    of(baseline) === null ? [] : others.filter((run) => of(run) !== null && of(run) !== of(baseline));
  const data = differing(({ run }) => run.data);
  const rows = differing(({ run: { trainRows, evalRows } }) =>
    trainRows === null ? null : `${trainRows} ${evalRows}`,
  );
  const seeds = differing(({ run }) => run.seed);
  const warnings = [
    ...(data.length > 0 ? [t("other data than {0}: {1}", baseline.letter, letters(data))] : []),
    ...(data.length === 0 && rows.length > 0 ? [t("other rows than {0}: {1}", baseline.letter, letters(rows))] : []),
    ...(seeds.length > 0 ? [t("other seed than {0}: {1}", baseline.letter, letters(seeds))] : []),
  ];
  if (warnings.length > 0) return { text: warnings.join(" · "), isWarning: true };
  return { text: [sameData(runs, baseline), sameSeed(runs, baseline)].filter(Boolean).join(", "), isWarning: false };
}

const MOST_LETTERS = 8;

function letters(runs: readonly ComparedRun[]): string {
  const shown = runs.slice(0, MOST_LETTERS).map(({ letter }) => letter);
  const text = shown.join(", ");
  return runs.length > MOST_LETTERS ? t("{0} and {1} more", text, formatCount(runs.length - MOST_LETTERS)) : text;
}

function sameData(runs: readonly ComparedRun[], { run: { trainRows, evalRows } }: ComparedRun): string {
  if (runs.some(({ run }) => run.data === null)) return t("data files were not recorded for every run");
  if (trainRows === null) return t("same data");
  if (evalRows === null) return t("same data (train {0} rows)", formatCount(trainRows));
  return t("same data (train {0} rows, dev {1} rows)", formatCount(trainRows), formatCount(evalRows));
}

const sameSeed = (runs: readonly ComparedRun[], { run: { seed } }: ComparedRun): string =>
  seed === null || runs.some(({ run }) => run.seed === null) ? "" : t("same seed {0}", seed);
