import type { ComparedRun, Comparison } from "./runs.ts";

/** Runs that were started with the same code. */
export interface CodeGroup {
  code: string;
  runs: ComparedRun[];
}

/** The runs by their code, seen from the baseline. */
export function codeGroups({ runs, baseline }: Comparison) {
  const groups = new Map<string, ComparedRun[]>();
  const unknown: ComparedRun[] = [];
  for (const run of runs) {
    if (run.isBaseline) continue;
    const { code } = run.run;
    if (code === null) unknown.push(run);
    else groups.set(code, [...(groups.get(code) ?? []), run]);
  }
  const same = groups.get(baseline.run.code ?? "") ?? [];
  const differing = [...groups].flatMap(([code, having]): CodeGroup[] =>
    code === baseline.run.code ? [] : [{ code, runs: having }],
  );
  return { differing, same, unknown };
}

/** How many runs were started with other code than the baseline. */
export const codeDifferences = (comparison: Comparison): number =>
  comparison.baseline.run.code === null
    ? 0
    : codeGroups(comparison).differing.reduce((sum, { runs }) => sum + runs.length, 0);
