/** One thing measured, some times over. */
export interface Measure {
  area: string;
  name: string;
  unit: string;
  samples: number[];
  /** What was aimed at (`≤ 30`), in the same unit. */
  goal?: string;
}

export const median = (samples: readonly number[]): number => {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** The smallest value that `share` of the samples do not exceed. */
export const percentile = (samples: readonly number[], share: number): number =>
  [...samples].sort((a, b) => a - b)[Math.max(0, Math.ceil(samples.length * share) - 1)] ?? Number.NaN;

/** Whether a value keeps a goal such as `≤ 30` or `≥ 640000`. */
export function keeps(value: number, goal: string): boolean {
  const limit = Number(goal.slice(1));
  return goal.startsWith("≤") ? value <= limit : value >= limit;
}

/** Gathers measures; prints them as a table and gives them as JSON, median and spread. */
export class Report {
  readonly measures: Measure[] = [];

  add(measure: Measure): void {
    this.measures.push(measure);
  }

  toJSON(): unknown {
    return this.measures.map((measure) => ({
      ...measure,
      median: median(measure.samples),
      min: Math.min(...measure.samples),
      max: Math.max(...measure.samples),
    }));
  }

  table(): string {
    const rows = this.measures.map(({ area, name, unit, samples, goal }) => [
      area,
      name,
      rounded(median(samples)),
      samples.length > 1 ? `${rounded(Math.min(...samples))}–${rounded(Math.max(...samples))}` : "",
      unit,
      goal === undefined ? "" : `${goal} ${keeps(median(samples), goal) ? "kept" : "MISSED"}`,
    ]);
    const all = [["area", "what", "median", "spread", "unit", "goal"], ...rows];
    const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
    return all
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join("  ")
          .trimEnd(),
      )
      .join("\n");
  }
}

const rounded = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
