/** One hue by share, with writing that can be read on it in any theme. */

export type Rgb = readonly [number, number, number];

/** Contrast that text needs (WCAG 2.2, 1.4.3), with a little to spare for rounding. */
const NEEDED = 4.6;
const LEAST = 0.08;

/** Reads what `getComputedStyle` gives for a colour; undefined for anything else. */
export function parseColor(css: string): Rgb | undefined {
  const numbers = css.match(/[\d.]+(?:e-?\d+)?/g)?.map(Number);
  if (!numbers || numbers.length < 3) return undefined;
  const scale = css.startsWith("color(") ? 255 : 1;
  return [numbers[0]! * scale, numbers[1]! * scale, numbers[2]! * scale];
}

const mixed = (over: Rgb, under: Rgb, share: number): Rgb =>
  [0, 1, 2].map((at) => over[at]! * share + under[at]! * (1 - share)) as unknown as Rgb;

/** Relative luminance (WCAG 2.2). */
function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio (WCAG 2.2), 1–21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((one, two) => two - one) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

export interface HeatColors {
  hue: Rgb;
  background: Rgb;
  foreground: Rgb;
}

/** How strong a cell is filled (0–1), and whether it is written in the background's colour. */
export interface Heat {
  fill: number;
  isInverted: boolean;
}

/**
 * The fill for a share 0–1, from 8 to 100 %. Between the strongest fill the foreground can be read on and the weakest one the
 * background can, there is a gap that no share falls into.
 */
export function heatScale({ hue, background, foreground }: HeatColors): (share: number) => Heat {
  const fills = Array.from({ length: 93 }, (_, index) => LEAST + index / 100);
  const reads = (ink: Rgb) => (fill: number) => contrast(ink, mixed(hue, background, fill)) >= NEEDED;
  const firstUnread = fills.findIndex((fill) => !reads(foreground)(fill));
  if (firstUnread === -1) return (share) => ({ fill: LEAST + share * (1 - LEAST), isInverted: false });
  const strongest = fills[Math.max(0, firstUnread - 1)]!;
  const lastUnread = fills.findLastIndex((fill) => !reads(background)(fill));
  const weakest = fills[lastUnread + 1];
  if (weakest === undefined) return (share) => ({ fill: LEAST + share * (strongest - LEAST), isInverted: false });
  return (share) =>
    share < 0.5
      ? { fill: LEAST + share * 2 * (Math.min(strongest, weakest) - LEAST), isInverted: false }
      : { fill: weakest + (share - 0.5) * 2 * (1 - weakest), isInverted: true };
}
