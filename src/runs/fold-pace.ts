import type { ProgressEvent } from "../journal/events.ts";

/** How the trainer speaks in the newest segment: when, and how far each time. Plain JSON. */
export interface Pace {
  /** Newest line of the trainer's journal, epoch milliseconds; null before one. */
  lastMs: number | null;
  /** The newest lines that told of a step: step and time, oldest first. */
  marks: [step: number, timeMs: number][];
}

/** Marks kept: enough for a median that an evaluation in between does not move. */
const MARK_LIMIT = 21;

export const newPace = (): Pace => ({ lastMs: null, marks: [] });

/** Notes that the trainer said something; `step` when it told how far it is. */
export function heard(pace: Pace, timeMs: number, step?: ProgressEvent["step"]): void {
  if (timeMs > 0) pace.lastMs = Math.max(pace.lastMs ?? 0, timeMs);
  if (step === undefined || timeMs <= 0) return;
  const last = pace.marks.at(-1);
  if (last && (step <= last[0] || timeMs < last[1])) return;
  pace.marks.push([step, timeMs]);
  if (pace.marks.length > MARK_LIMIT) pace.marks.shift();
}

/** The usual time between two steps told, milliseconds; null before three of them. */
export const usualGapMs = ({ marks }: Pace): number | null => median(gapsOf(marks, (_steps, ms) => ms));

/** Optimizer steps a second; null before three of them. */
export function stepsPerSecond({ marks }: Pace): number | null {
  const msPerStep = median(gapsOf(marks, (steps, ms) => ms / steps));
  return msPerStep === null || msPerStep === 0 ? null : 1000 / msPerStep;
}

const gapsOf = (marks: Pace["marks"], of: (steps: number, ms: number) => number): number[] =>
  marks.slice(1).map(([step, timeMs], index) => of(step - marks[index]![0], timeMs - marks[index]![1]));

function median(values: number[]): number | null {
  if (values.length < 2) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
