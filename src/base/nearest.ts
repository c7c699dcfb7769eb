import { distance } from "fastest-levenshtein";

/** Largest edit distance that still counts as a slip of the finger. */
const NEAR = 2;

/** The candidate a name was probably meant to be: at most two edits away, and fewer for short names. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = (name.length > 3 ? NEAR : Math.min(1, name.length - 1)) + 1;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < bestDistance) [best, bestDistance] = [candidate, edits];
  }
  return best;
}

/** ` Did you mean …?` for a near candidate, else nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near === undefined ? "" : ` Did you mean \`${near}\`?`;
}
