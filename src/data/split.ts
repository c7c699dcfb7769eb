import { evalRows } from "../config/arithmetic.ts";
import { createRandom } from "../base/random.ts";

/**
 * Which rows are held out for evaluation: `ceil(rows × fraction)` of them, each class in proportion (largest remainder),
 * drawn by the seed. A class keeps at least one row for training. `labels[i]` is the class index of row i; the answer's
 * entry i is true when row i is held out. The same arguments give the same answer on every machine.
 */
export function heldOut(labels: readonly number[], classes: number, fraction: number, seed: number): boolean[] {
  const rowsOf: number[][] = Array.from({ length: classes }, () => []);
  for (const [row, label] of labels.entries()) rowsOf[label]!.push(row);
  const quotas = apportion(
    rowsOf.map((rows) => rows.length),
    evalRows(labels.length, fraction),
  );
  const random = createRandom(seed);
  const isHeldOut = Array.from(labels, () => false);
  for (const [label, rows] of rowsOf.entries()) {
    for (const row of random.shuffle(rows).slice(0, quotas[label])) isHeldOut[row] = true;
  }
  return isHeldOut;
}

/**
 * `seats` shared out in proportion to `counts` by largest remainder (ties to the lower index); a class gives at most all
 * but one of its rows, what it cannot give goes to the others.
 */
export function apportion(counts: readonly number[], seats: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const limits = counts.map((count) => Math.max(0, count - 1));
  const exact = counts.map((count) => (total === 0 ? 0 : (count * seats) / total));
  const given = exact.map((share, index) => Math.min(Math.floor(share), limits[index]!));
  const order = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  let left = seats - given.reduce((sum, share) => sum + share, 0);
  while (left > 0) {
    const open = order.filter(({ index }) => given[index]! < limits[index]!).slice(0, left);
    if (open.length === 0) break;
    for (const { index } of open) given[index]!++;
    left -= open.length;
  }
  return given;
}
