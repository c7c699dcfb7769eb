/** What curves say at one place of the x axis. */
import { nearestIndex } from "./curve.ts";
import type { Geometry } from "./geometry.ts";
import type { PreparedLine } from "./prepare.ts";
import type { Scene } from "./scene.ts";

export interface Reading {
  line: PreparedLine;
  index: number;
  /** As the line shows it (smoothed), and the mean of the bucket as it is. */
  value: number;
  raw: number;
  /** Step of the point (seconds of a system sample). */
  step: number;
  /** First and last step of the bucket, when it holds several. */
  span: [number, number] | undefined;
  x: number;
}

/** Farther from its first and last point than this a curve says nothing. */
const REACH_PIXELS = 12;

/** The nearest point of each line that has values of its own; lines that end before or begin after are left out. */
export function readingsAt(scene: Scene, x: number, at: Geometry): Reading[] {
  return scene.lines.flatMap((line) => {
    if (line.line.isBackground) return [];
    const index = nearestIndex(line.x, x);
    if (index < 0) return [];
    const isEdge = index === 0 || index === line.x.length - 1;
    if (isEdge && Math.abs(at.toX(line.x[index]!) - at.toX(x)) > REACH_PIXELS) return [];
    return [readingOf(line, index)];
  });
}

export const readingOf = (line: PreparedLine, index: number): Reading => ({
  line,
  index,
  value: line.shown[index]!,
  raw: line.mean[index]!,
  step: line.steps[index]!,
  span: line.step0[index] === line.step1[index] ? undefined : [line.step0[index]!, line.step1[index]!],
  x: line.x[index]!,
});

/** The newest point of a line that has a value; its very last point when none has. */
export function lastReading(line: PreparedLine): Reading | undefined {
  for (let index = line.shown.length - 1; index >= 0; index--)
    if (Number.isFinite(line.shown[index])) return readingOf(line, index);
  return line.shown.length > 0 ? readingOf(line, line.shown.length - 1) : undefined;
}

/** Pixels within which a line counts as being under the pointer. */
const HIT_PIXELS = 12;

/** The reading nearest to a point of the plot, if it is near enough. */
export function hit(readings: readonly Reading[], py: number, at: Geometry): Reading | undefined {
  let best: Reading | undefined;
  let distance = HIT_PIXELS;
  for (const reading of readings) {
    const away = Math.abs(at.toY(reading.value) - py);
    if (away < distance) [best, distance] = [reading, away];
  }
  return best;
}
