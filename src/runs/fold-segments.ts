import type { JournalEvent } from "../journal/events.ts";
import type { SegmentView } from "./model.ts";

/** A segment as one journal's header lines tell of it. */
export interface SegmentStart {
  segment: number;
  fromStep: number;
  /** 0 when the line had no time. */
  startedMs: number;
}

/** Notes a header line. A segment is announced again by a runner that takes over: its first line counts. */
export function addSegment(segments: SegmentStart[], { segment, fromStep, timeMs }: JournalEvent): void {
  if (!segments.some((known) => known.segment === segment)) segments.push({ segment, fromStep, startedMs: timeMs });
}

/**
 * The segments that either journal tells of, in order, and where each was cut: at the earliest step that a later segment
 * goes on from. Points of a segment after its cut no longer count.
 */
export function joinSegments(...sources: SegmentStart[][]): SegmentView[] {
  const joined = new Map<number, SegmentStart>();
  for (const start of sources.flat()) {
    const known = joined.get(start.segment);
    if (!known) joined.set(start.segment, start);
    else {
      const times = [known.startedMs, start.startedMs].filter((timeMs) => timeMs > 0);
      joined.set(start.segment, {
        segment: start.segment,
        fromStep: Math.min(known.fromStep, start.fromStep),
        startedMs: times.length > 0 ? Math.min(...times) : 0,
      });
    }
  }
  const ordered = [...joined.values()].sort((a, b) => a.segment - b.segment);
  return ordered.map((start, index) => {
    const later = ordered.slice(index + 1).map(({ fromStep }) => fromStep);
    return { ...start, cutStep: later.length > 0 ? Math.min(...later) : null };
  });
}
