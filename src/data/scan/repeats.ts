import { Pauses } from "../pause.ts";
import { BUCKET_BITS, type Fingerprints } from "./fingerprints.ts";
import { joined, TextHash } from "./hash.ts";

/** What stands more than once. Numbers of rows are those of rows remembered; `-1` = there is none. */
export interface Repeats {
  /** Training rows that repeat an earlier one, text and label (or answer) alike. */
  duplicates: number;
  firstDuplicate: number;
  /** Texts with two labels or more. */
  conflicts: number;
  firstConflict: number;
  /** Evaluation rows, or those held out, whose normalised text stands in the training data. */
  overlap: number;
  firstOverlap: number;
  /** Where it is not known which rows are held out: how many of them can be expected to. */
  expectedOverlap: number;
}

export interface RepeatOptions {
  /** Rows that are not part of the training data after the split. */
  isHeldOut?: ArrayLike<boolean> | undefined;
  /** Share of the rows that is held out, where it is not known which ones are. */
  heldShare?: number | undefined;
  /** Texts with two labels are looked for. */
  hasLabels: boolean;
  signal?: AbortSignal | undefined;
}

/** Compares all rows with each other, in groups of those whose texts may be alike. */
export async function findRepeats(
  train: Fingerprints,
  evaluation: Fingerprints | undefined,
  { isHeldOut, heldShare = 0, hasLabels, signal }: RepeatOptions,
): Promise<Repeats> {
  const found: Repeats = {
    duplicates: 0,
    firstDuplicate: -1,
    conflicts: 0,
    firstConflict: -1,
    overlap: 0,
    firstOverlap: -1,
    expectedOverlap: 0,
  };
  const pauses = new Pauses();
  const empty = new TextHash();
  empty.of("");
  for (let bucket = 0; bucket < 1 << BUCKET_BITS; bucket++) {
    const normal = new Map<number, number>();
    const labels = new Map<number, number>();
    const conflicting = new Set<number>();
    const rows = new Set<number>();
    for (let at = 0; at < train.length; at++) {
      if ((train.normal1[at]! & MASK) !== bucket || isHeldOut?.[at]) continue;
      // That texts are empty is counted by itself.
      if (train.normal1[at] === empty.normal1 && train.normal2[at] === empty.normal2) continue;
      const loosely = joined(train.normal1[at]!, train.normal2[at]!);
      normal.set(loosely, (normal.get(loosely) ?? 0) + 1);
      const text = joined(train.exact1[at]!, train.exact2[at]!);
      const answer = train.answers[at]!;
      const row = joined(Math.imul(train.exact1[at]! ^ answer, 2654435761) >>> 0, train.exact2[at]!);
      if (rows.has(row)) {
        found.duplicates++;
        found.firstDuplicate = earlier(found.firstDuplicate, at);
      } else rows.add(row);
      if (!hasLabels) continue;
      const label = labels.get(text);
      if (label === undefined) labels.set(text, answer);
      else if (label !== answer && !conflicting.has(text)) {
        conflicting.add(text);
        found.firstConflict = earlier(found.firstConflict, at);
      }
    }
    found.conflicts += conflicting.size;
    await pauses.give(signal);
    const evaluated = evaluation ?? (isHeldOut ? train : undefined);
    for (let at = 0; evaluated && at < evaluated.length; at++) {
      if ((evaluated.normal1[at]! & MASK) !== bucket || (!evaluation && !isHeldOut![at])) continue;
      if (!normal.has(joined(evaluated.normal1[at]!, evaluated.normal2[at]!))) continue;
      found.overlap++;
      found.firstOverlap = earlier(found.firstOverlap, at);
    }
    if (heldShare > 0) for (const count of normal.values()) found.expectedOverlap += splitTwins(count, heldShare);
  }
  return found;
}

/** Of rows alike that are drawn one by one with a chance: how many are drawn while another of them is not. */
const splitTwins = (count: number, chance: number): number => count * chance * (1 - chance ** (count - 1));

const MASK = (1 << BUCKET_BITS) - 1;

const earlier = (known: number, at: number): number => (known < 0 || at < known ? at : known);
