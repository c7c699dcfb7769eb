import { realpathSync } from "node:fs";
import type { DataQuality, RowFault } from "../../config/facts/facts.ts";
import type { DataFile } from "../types.ts";
import { findRepeats } from "./repeats.ts";
import type { PartTally, RowList } from "./tally.ts";

export interface QualityOptions {
  /** Rows of `data.train` that are held out, by number; undefined when none are, or there are too many rows to say which. */
  isHeldOut: ArrayLike<boolean> | undefined;
  /** Share of the rows of `data.train` that are trained on. */
  trainShare: number;
  hasLabels: boolean;
  signal?: AbortSignal | undefined;
}

type Counts = Omit<DataQuality, "chat" | "preference" | "evalOnlyLabels" | "sameFile">;

/** Counts of empty and repeated rows, those of training rows after the split. */
export async function countFaults(
  train: PartTally,
  evaluation: PartTally | undefined,
  { isHeldOut, trainShare, hasLabels, signal }: QualityOptions,
): Promise<Counts> {
  const every = Math.max(train.prints.every, evaluation?.prints.every ?? 1);
  train.prints.thinTo(every);
  evaluation?.prints.thinTo(every);
  const share = isHeldOut ? 1 : trainShare;
  const heldShare = evaluation ? 0 : 1 - share;
  const repeats = await findRepeats(train.prints, evaluation?.prints, { isHeldOut, heldShare, hasLabels, signal });
  const reckoned = (count: number, factor: number): number => Math.min(train.rows, Math.round(count * factor));
  const texts = trained(train.emptyTexts, isHeldOut, share);
  const answers = trained(train.emptyAnswers, isHeldOut, share);
  const first: Counts["first"] = {};
  const note = (fault: RowFault, part: PartTally | undefined, number: number): void => {
    const place = number < 0 ? undefined : part?.placeOf(number);
    if (place) first[fault] = place;
  };
  note("emptyText", train, texts.first);
  note("emptyAnswer", train, answers.first);
  if (every === 1) {
    note("duplicate", train, repeats.firstDuplicate);
    note("conflict", train, repeats.firstConflict);
    note("overlap", evaluation ?? train, repeats.firstOverlap);
  }
  return {
    emptyTexts: texts.count,
    emptyAnswers: answers.count,
    duplicates: reckoned(repeats.duplicates, every * share),
    conflicts: reckoned(repeats.conflicts, every * share),
    overlap: Math.min(evaluation?.rows ?? train.rows, Math.round((repeats.overlap + repeats.expectedOverlap) * every)),
    isEstimate: every > 1 || share < 1,
    first,
  };
}

function trained(
  { count, numbers }: RowList,
  isHeldOut: ArrayLike<boolean> | undefined,
  share: number,
): { count: number; first: number } {
  if (!isHeldOut) return { count: count === 0 ? 0 : Math.max(1, Math.round(count * share)), first: numbers[0] ?? -1 };
  const left = numbers.filter((number) => !isHeldOut[number]);
  return { count: left.length, first: left[0] ?? -1 };
}

/** A file that is both trained and evaluated on, links followed. */
export function sharedFile(train: readonly DataFile[], evaluation: readonly DataFile[]): string | null {
  const trained = new Set(train.map(({ path }) => realPath(path)));
  return evaluation.find(({ path }) => trained.has(realPath(path)))?.path ?? null;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
