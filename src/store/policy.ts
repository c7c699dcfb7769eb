import type { RunTail } from "./run-tail.ts";

/** When tails are written to the database: often enough that readers' tails stay short, rarely enough to seal in bulk. */
const COMMIT_POINTS = 131_072;
const COMMIT_BYTES = 16 << 20;
const COMMIT_AGE_MS = 10_000;
const COMMIT_ENDED_RUNS = 64;
/** A store that is closed leaves less than this to the next reader rather than write it. */
const CLOSING_BYTES = 64 << 10;

/** Whether so much is pending that reading should pause for a commit. */
export function isFull(tails: Iterable<RunTail>): boolean {
  let points = 0;
  let bytes = 0;
  let ended = 0;
  for (const tail of tails) {
    points += tail.pendingPoints;
    bytes += tail.pendingBytes;
    if (tail.isEnded) ended++;
  }
  return points >= COMMIT_POINTS || bytes >= COMMIT_BYTES || ended >= COMMIT_ENDED_RUNS;
}

/** Whether, with the journals read to their ends, it is time to commit: a run ended, or something has waited long enough. */
export function isDue(tails: Iterable<RunTail>, nowMs: number): boolean {
  for (const tail of tails) {
    if (tail.isEnded || (tail.isPending && nowMs - tail.pendingSinceMs >= COMMIT_AGE_MS)) return true;
  }
  return isFull(tails);
}

/** Whether a closing store should commit first. */
export function isWorthClosing(tails: Iterable<RunTail>): boolean {
  for (const tail of tails) {
    if (tail.isEnded || tail.rowChanged || tail.pendingBytes >= CLOSING_BYTES) return true;
  }
  return false;
}
