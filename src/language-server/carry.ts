import type { Diagnostic } from "../config/diagnostic.ts";

/** The lines a change replaced: the first, and the first after it in the old text and in the new one (0-based). */
interface Changed {
  from: number;
  oldTo: number;
  newTo: number;
}

/**
 * What was found in an older text, at its places in a newer one, until it is looked for again: what stands on changed lines
 * is left out, what stands below moves along. Its fixes are left out, for they were made for the older text.
 */
export function carriedOver(found: readonly Diagnostic[], before: string, after: string): Diagnostic[] {
  if (found.length === 0) return [];
  const changed = changedLines(before.split("\n"), after.split("\n"));
  return found.flatMap((diagnostic): Diagnostic[] => {
    const { line, endLine } = diagnostic;
    const isAbove = line === null || (endLine ?? line) - 1 < changed.from;
    if (isAbove) return [{ ...diagnostic, fixes: [] }];
    if (line - 1 < changed.oldTo) return [];
    const moved = changed.newTo - changed.oldTo;
    return [{ ...diagnostic, line: line + moved, endLine: (endLine ?? line) + moved, fixes: [] }];
  });
}

function changedLines(before: readonly string[], after: readonly string[]): Changed {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { from, oldTo: before.length - same, newTo: after.length - same };
}
