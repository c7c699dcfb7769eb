import type { Curves, CurveWish } from "./curves.ts";
import type { ChartGroup } from "./group.ts";
import { pixelsFor, shownLines, wishOf } from "./scene.ts";
import type { ChartSection } from "./run-specs.ts";
import { FIRST_CHARTS, type SectionState } from "./section.ts";

/** Charts a window shows at once, about. */
const CHARTS_IN_SIGHT = 9;
/** By then the charts that are in sight have asked themselves. */
const UNTIL_SEEN_MS = 2000;

/**
 * Asks for what the first charts of a new page will want, so that the answer is on its way while they are laid out. What
 * they ask for themselves a moment later is then there.
 */
export function askAhead(
  sections: readonly ChartSection[],
  kept: Readonly<Record<string, SectionState>>,
  group: ChartGroup,
  curves: Curves,
): void {
  const specs = sections
    .filter(({ prefix }) => !kept[prefix]?.isClosed)
    .flatMap((section) => (kept[section.prefix]?.isWhole ? section.specs : section.specs.slice(0, FIRST_CHARTS)))
    .slice(0, CHARTS_IN_SIGHT);
  const wishes: CurveWish[] = specs.flatMap((spec) => {
    const lines = shownLines(spec, group);
    return lines.map((line) => wishOf(line, group, curves, pixelsFor(lines.length, 0)));
  });
  const end = curves.add({ wishes: () => wishes, clocks: () => [], changed() {}, failed() {} });
  curves.update(true);
  setTimeout(end, UNTIL_SEEN_MS);
}
