import type { ChartGroup } from "./group.ts";

/** A chart as its keys see it. */
export interface KeyTarget {
  readonly group: ChartGroup;
  readonly full: boolean;
  moveCrosshair(points: number): void;
  toggleLog(): void;
  toggleFull(): void;
  showTable(): void;
  openMenu(): void;
}

/** Many points at once, with Shift. */
const STRIDE = 10;

/** Keys of a focused chart. */
export function onChartKey(chart: KeyTarget, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action(chart, event.shiftKey ? STRIDE : 1);
}

const KEYS: Readonly<Record<string, (chart: KeyTarget, stride: number) => void>> = {
  ArrowLeft: (chart, stride) => chart.moveCrosshair(-stride),
  ArrowRight: (chart, stride) => chart.moveCrosshair(stride),
  Home: (chart) => chart.moveCrosshair(Number.NEGATIVE_INFINITY),
  End: (chart) => chart.moveCrosshair(Number.POSITIVE_INFINITY),
  p: (chart) => chart.group.pin(!chart.group.isPinned),
  l: (chart) => chart.toggleLog(),
  f: (chart) => chart.toggleFull(),
  t: (chart) => chart.showTable(),
  e: (chart) => chart.openMenu(),
  Escape: (chart) => {
    if (chart.group.isPinned) chart.group.pin(false);
    else if (chart.full) chart.toggleFull();
    else chart.group.setCrosshair(undefined, true);
  },
};
