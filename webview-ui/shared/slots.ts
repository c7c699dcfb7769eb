/**
 * The twelve series colours over the editor's theme. The dash is part of a series' identity: within a dash group colours
 * differ by at least 13 (CIEDE2000) in normal and in colour-blind sight, and each has a contrast of 3:1 or more.
 */

/** How a slot's lines are drawn. */
export interface SlotStyle {
  /** A CSS colour out of the theme's variables. */
  color: string;
  /** Canvas line dash in CSS pixels; empty = solid. */
  dash: readonly number[];
}

export const SLOT_COUNT = 12;

const chart = (name: string): string => `var(--vscode-charts-${name})`;
const mix = (a: string, percent: number, b: string): string => `color-mix(in srgb, ${a} ${percent}%, ${b})`;
const BACKGROUND = "var(--vscode-editor-background)";

const SOLID: readonly number[] = [];
const DASHED = [6, 3] as const;
const DOTTED = [1.5, 3] as const;

const SLOTS: readonly SlotStyle[] = [
  { color: chart("blue"), dash: SOLID },
  { color: chart("yellow"), dash: SOLID },
  { color: mix(chart("red"), 30, chart("purple")), dash: SOLID },
  { color: mix(chart("green"), 60, chart("foreground")), dash: SOLID },
  { color: mix(chart("red"), 50, chart("foreground")), dash: DASHED },
  { color: mix(chart("blue"), 50, chart("green")), dash: DASHED },
  { color: mix(chart("green"), 50, chart("yellow")), dash: DASHED },
  { color: mix(chart("blue"), 70, BACKGROUND), dash: DASHED },
  { color: chart("red"), dash: DOTTED },
  { color: mix(chart("purple"), 60, chart("foreground")), dash: DOTTED },
  { color: mix(chart("purple"), 65, BACKGROUND), dash: DOTTED },
  { color: chart("foreground"), dash: DOTTED },
];

/** The style of a slot 1–12; a number outside wraps around. */
export const slotStyle = (slot: number): SlotStyle =>
  SLOTS[(((Math.round(slot) - 1) % SLOT_COUNT) + SLOT_COUNT) % SLOT_COUNT]!;

/** The CSS colour of a slot 1–12. */
export const slotColor = (slot: number): string => slotStyle(slot).color;

/**
 * Slots for runs shown together: each keeps its own; where two share one, the later borrows a free slot, in this view
 * only. With more than twelve runs the rest keep what they have.
 * @returns slots in the order of the runs
 */
export function viewSlots(slots: readonly number[]): number[] {
  const taken = new Set<number>();
  const shared: number[] = [];
  const result = [...slots];
  slots.forEach((slot, index) => {
    if (taken.has(slot)) shared.push(index);
    else taken.add(slot);
  });
  for (const index of shared) {
    const free = Array.from({ length: SLOT_COUNT }, (_, at) => at + 1).find((slot) => !taken.has(slot));
    if (free === undefined) break;
    taken.add(free);
    result[index] = free;
  }
  return result;
}

/** The letter of the n-th compared run (from 0): A … Z, AA, AB … */
export function runLetter(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : runLetter(Math.floor(index / 26) - 1) + letter;
}
