/** The same data rows as two evaluations saw them. */
import { compareText, type SampleRow, type Samples } from "../samples/sample-rows.ts";

/** What became of a row from B to A: `fixed` = only A is right, `broken` = only B, `wrong` = neither, `right` = both. */
export type PairKind = "fixed" | "broken" | "wrong" | "right" | "unjudged";

export interface Pair {
  key: string;
  a: SampleRow;
  b: SampleRow;
  kind: PairKind;
  isChanged: boolean;
}

/** What is shown of the pairs. */
export const PAIR_FILTERS = ["changed", "fixed", "broken", "wrong", "all"] as const;
export type PairFilter = (typeof PAIR_FILTERS)[number];

/** Rows that stand in both tables, in the order of the data. */
export function pairUp(a: Samples, b: Samples): Pair[] {
  const others = new Map(b.rows.map((row) => [row.key, row]));
  return a.rows
    .flatMap((row) => {
      const other = others.get(row.key);
      return other ? [pairOf(row, other)] : [];
    })
    .sort((one, two) => compareText(one.a.file, two.a.file) || (one.a.row ?? 0) - (two.a.row ?? 0));
}

const pairOf = (a: SampleRow, b: SampleRow): Pair => ({
  key: a.key,
  a,
  b,
  kind: kindOf(a.isRight, b.isRight),
  isChanged: a.prediction !== b.prediction,
});

function kindOf(a: boolean | null, b: boolean | null): PairKind {
  if (a === null || b === null) return "unjudged";
  if (a) return b ? "right" : "fixed";
  return b ? "broken" : "wrong";
}

export const passes = ({ kind, isChanged }: Pair, filter: PairFilter): boolean =>
  filter === "all" || (filter === "changed" ? isChanged : kind === filter);

/** How many pairs each filter shows. */
export const countPairs = (pairs: readonly Pair[]): Record<PairFilter, number> =>
  Object.fromEntries(
    PAIR_FILTERS.map((filter) => [filter, pairs.filter((pair) => passes(pair, filter)).length]),
  ) as Record<PairFilter, number>;
