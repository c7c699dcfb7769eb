import { BAND } from "./formulas.ts";
import { roundedParts, total } from "./peak.ts";
import type { Estimate, GpuMemory, MethodFamily, RecordedPeak } from "./types.ts";

/** Beyond these a recorded peak is that of another program or a wrong estimate's, and says nothing of the next run. */
const CREDIBLE = { least: 0.4, most: 1.6 } as const;
/** After so many runs the band is as narrow as it gets. */
const ENOUGH_RUNS = 3;
const NARROW = 0.1;

/**
 * An estimate corrected by what earlier runs of the same kind on the same card really took: the formulas' figure times the
 * median of measured by estimated. One run counts half, two count two thirds, and so on, and the band narrows with them to
 * ±10 % from three runs, or to how far those runs lie apart.
 */
export function corrected(
  estimate: Estimate,
  { accelerator, family }: { accelerator: string; family: MethodFamily },
  peaks: readonly RecordedPeak[],
): Estimate {
  const { gpuMemory } = estimate;
  const ratios = peaks
    .filter((peak) => peak.accelerator === accelerator && peak.family === family && peak.estimatedBytes > 0)
    .map((peak) => peak.peakBytes / peak.estimatedBytes)
    .filter((ratio) => ratio >= CREDIBLE.least && ratio <= CREDIBLE.most)
    .sort((a, b) => a - b);
  if (!gpuMemory || ratios.length === 0) return estimate;
  return { ...estimate, gpuMemory: scaled(gpuMemory, ratios) };
}

function scaled(memory: GpuMemory, ratios: readonly number[]): GpuMemory {
  const runs = ratios.length;
  const trust = runs / (runs + 1);
  const factor = 1 + (median(ratios) - 1) * trust;
  const known = Math.min(1, runs / ENOUGH_RUNS);
  const under = BAND.over + (NARROW - BAND.over) * known;
  const over = 0.25 + (NARROW - 0.25) * known;
  const parts = roundedParts(memory.parts, factor);
  const peakBytes = total(parts);
  return {
    ...memory,
    parts,
    peakBytes,
    lowBytes: Math.round(Math.min(peakBytes * (1 - under), memory.peakBytes * ratios[0]!)),
    highBytes: Math.round(Math.max(peakBytes * (1 + over), memory.peakBytes * ratios.at(-1)!)),
    correction: { factor, runs },
  };
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
