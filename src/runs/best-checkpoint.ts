import { fromJsonNumber } from "../base/numbers.ts";
import { higherIsBetter } from "../config/metrics.ts";
import { decidingMetric } from "./headline.ts";
import type { CheckpointView, SegmentView } from "./model.ts";

/**
 * Once the best checkpoint is deleted, the tag moves on to the best one that is left, by what was measured at each. Without
 * measurements nobody has it.
 */
export function moveBest(
  checkpoints: readonly CheckpointView[],
  segments: readonly SegmentView[],
  config: Record<string, unknown>,
): CheckpointView[] {
  const metric = decidingMetric(config);
  if (metric === null || checkpoints.some(({ tags }) => tags.includes("best"))) return [...checkpoints];
  const cuts = new Map(segments.map(({ segment, cutStep }) => [segment, cutStep ?? Number.POSITIVE_INFINITY]));
  const sign = higherIsBetter(metric) ? 1 : -1;
  let best: CheckpointView | undefined;
  let bestValue = Number.NEGATIVE_INFINITY;
  for (const at of checkpoints) {
    const value = sign * (fromJsonNumber(at.metrics[metric]) ?? Number.NaN);
    if (!at.present || at.step > (cuts.get(at.segment) ?? Number.POSITIVE_INFINITY) || !(value > bestValue)) continue;
    best = at;
    bestValue = value;
  }
  return checkpoints.map((at) => (at === best ? { ...at, tags: ["best", ...at.tags] } : at));
}
