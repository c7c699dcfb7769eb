const BARS = "▁▂▃▄▅▆▇█";

/**
 * A line of bars, one a value, scaled from the smallest to the largest finite one. A value that is not finite leaves a gap;
 * values all equal give the lowest bar.
 */
export function sparkline(values: ArrayLike<number>): string {
  const finite = Array.from(values).filter((value) => Number.isFinite(value));
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return " ";
    return BARS[span > 0 ? Math.min(7, Math.floor(((value - low) / span) * 8)) : 0];
  }).join("");
}
