import { distance } from "fastest-levenshtein";

/** Largest edit distance that still counts as a slip of the finger: two letters that were swapped are two edits. */
const NEAR = 2;

/** The same for a name, unless only its letters are swapped: two other letters in a name of four are another name. */
const nearFor = (name: string): number => (name.length > 4 ? NEAR : Math.min(1, name.length - 1));

/**
 * The candidates a name was probably meant to be, the nearest first: at most two edits away, and fewer for short names. Of
 * equally near ones first that with the same letters: two that were swapped are the commonest slip (`sapm`, spam before ham).
 */
export function allNear(name: string, candidates: Iterable<string>): string[] {
  const most = name.length > 3 ? NEAR : nearFor(name);
  return (
    [...candidates]
      // Names of other lengths cannot be so near, and comparing long ones takes long.
      .filter((candidate) => Math.abs(candidate.length - name.length) <= most)
      .map((candidate) => ({
        candidate,
        edits: distance(name.toLowerCase(), candidate.toLowerCase()),
        isSwapped: letters(candidate) === letters(name),
      }))
      .filter(({ edits, isSwapped }) => edits <= (isSwapped ? most : nearFor(name)))
      .toSorted((a, b) => a.edits - b.edits || Number(b.isSwapped) - Number(a.isSwapped))
      .map(({ candidate }) => candidate)
  );
}

const letters = (name: string): string => Array.from(name.toLowerCase()).sort().join("");

/** The nearest of them; undefined when none is near. */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => allNear(name, candidates)[0];

/** ` Did you mean …?` for a near candidate, else nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near === undefined ? "" : ` Did you mean \`${near}\`?`;
}
