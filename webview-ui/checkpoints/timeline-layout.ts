/** Where things stand in the timeline of checkpoints: scales, and labels that do not lie on one another. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A straight scale; a range without extent maps to its middle. */
export function linear(from: number, to: number, start: number, end: number): (value: number) => number {
  if (from === to) return () => (start + end) / 2;
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

export interface Wanted {
  id: string;
  /** The point it belongs to. */
  x: number;
  y: number;
  width: number;
  /** Space the point's badge takes above it. */
  badge: number;
}

export interface Placed extends Box {
  id: string;
}

const HEIGHT = 14;
const GAP = 6;

/**
 * Finds each label a place beside its point, the first ones first: above right, above left, below left, below right. One
 * that has no free place within the area is left out: what it says stands in the list too.
 * @param taken what labels must not cover (badges, points)
 */
export function placeLabels(wanted: readonly Wanted[], area: Box, taken: readonly Box[]): Placed[] {
  const placed: Placed[] = [];
  for (const { id, x, y, width, badge } of wanted) {
    const aside = badge > 0 ? badge / 2 + GAP : GAP;
    const above = badge > 0 ? y - 20 - HEIGHT / 2 : y - 10 - HEIGHT;
    const below = y + 8;
    const places: Box[] = [
      [x + aside, above],
      [x - aside - width, above],
      [x - width + GAP, below],
      [x - width / 2, below],
      [x - GAP, below],
    ].map(([left, top]) => ({ x: left!, y: top!, width, height: HEIGHT }));
    const free = freePlace(
      places.filter((box) => isWithin(box, area)),
      [...taken, ...placed],
    );
    if (free) placed.push({ id, ...free });
  }
  return placed;
}

/** The first of the boxes that covers nothing taken; undefined where each does. */
export const freePlace = (places: readonly Box[], taken: readonly Box[]): Box | undefined =>
  places.find((box) => !taken.some((other) => overlaps(box, other)));

const isWithin = (box: Box, area: Box): boolean =>
  box.x >= area.x &&
  box.x + box.width <= area.x + area.width &&
  box.y >= area.y &&
  box.y + box.height <= area.y + area.height;

/** The value of a curve at a step, straight between its points; null outside of them. */
export function valueAt(steps: ArrayLike<number>, values: ArrayLike<number>, step: number): number | null {
  if (steps.length === 0 || step < steps[0]! || step > steps[steps.length - 1]!) return null;
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  if (steps[low] === step || low === 0) return finite(values[low]!);
  const share = (step - steps[low - 1]!) / (steps[low]! - steps[low - 1]!);
  return finite(values[low - 1]! + share * (values[low]! - values[low - 1]!));
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
