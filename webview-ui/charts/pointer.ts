/** What the pointer does on a plot: crosshair, zoom by dragging and by the wheel, pin, marks. */
import type { Selection } from "./chart-canvas.ts";
import type { Geometry } from "./geometry.ts";
import type { ChartGroup } from "./group.ts";
import type { PlacedMark } from "./paint-marks.ts";
import type { YRange } from "./range.ts";

/** The chart as the pointer sees it. */
export interface PointerTarget {
  readonly chartId: string;
  readonly group: ChartGroup;
  readonly geometry: Geometry | undefined;
  readonly placed: readonly PlacedMark[];
  /** A drag under way, drawn on the overlay. */
  select(selection: Selection | undefined): void;
  /** A y range of this chart alone; undefined = by the data. */
  zoomY(range: YRange | undefined): void;
  /** The pointer's height over the plot, for the line under it; undefined when it left. */
  pointAt(y: number | undefined): void;
  /** The sign under the pointer. */
  hoverMark(mark: PlacedMark | undefined): void;
  openMark(mark: PlacedMark): void;
}

/** Less movement than this is a click. */
const CLICK_PIXELS = 4;
const MARK_PIXELS = 7;
const WHEEL_SPEED = 0.0015;

/** Attaches to the plot's element. @returns the end of that */
export function attachPointer(element: HTMLElement, target: PointerTarget): () => void {
  let start: { x: number; y: number; isBoth: boolean } | undefined;
  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const clampX = (x: number, at: Geometry): number => Math.min(at.right, Math.max(at.left, x));
  const selection = (to: { x: number; y: number }, at: Geometry): Selection => {
    const from = start!;
    const across = { x0: clampX(from.x, at), x1: clampX(to.x, at) };
    return from.isBoth ? { ...across, y0: Math.max(at.top, from.y), y1: Math.min(at.bottom, to.y) } : across;
  };
  const markAt = ({ x, y }: { x: number; y: number }): PlacedMark | undefined =>
    target.placed.find((mark) => Math.abs(mark.x - x) <= MARK_PIXELS && Math.abs(mark.y - y) <= MARK_PIXELS);

  const handlers: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void } = {
    pointermove(event) {
      const at = target.geometry;
      if (!at) return;
      const to = place(event);
      if (start && event.buttons === 1 && isFar(start, to)) target.select(selection(to, at));
      const mark = markAt(to);
      element.style.cursor = mark ? "pointer" : "crosshair";
      target.hoverMark(mark);
      target.group.setCrosshair({ x: at.fromX(clampX(to.x, at)), chart: target.chartId });
      target.pointAt(to.y);
    },
    pointerleave() {
      if (start) return;
      target.pointAt(undefined);
      target.hoverMark(undefined);
      target.group.setCrosshair(undefined);
    },
    pointerdown(event) {
      if (event.button !== 0) return;
      start = { ...place(event), isBoth: event.shiftKey };
      element.setPointerCapture(event.pointerId);
    },
    pointerup(event) {
      const at = target.geometry;
      const from = start;
      const to = place(event);
      const dragged = from && at && isFar(from, to) ? selection(to, at) : undefined;
      start = undefined;
      target.select(undefined);
      if (!from || !at || event.button !== 0) return;
      if (dragged) return zoom(target, dragged, at);
      const mark = markAt(to);
      if (mark) return target.openMark(mark);
      const { group } = target;
      if (group.isPinned) group.pin(false);
      group.setCrosshair({ x: at.fromX(clampX(to.x, at)), chart: target.chartId }, true);
      if (event.detail < 2) group.pin(!wasPinned);
    },
    pointercancel() {
      start = undefined;
      target.select(undefined);
    },
    dblclick() {
      target.group.pin(false);
      target.zoomY(undefined);
      target.group.resetZoom();
    },
    wheel(event) {
      const at = target.geometry;
      if (!event.ctrlKey || !at) return;
      event.preventDefault();
      target.group.zoomAt(at.fromX(clampX(place(event).x, at)), Math.exp(event.deltaY * WHEEL_SPEED));
    },
  };
  // The state before the press decides: a click on a pinned crosshair frees it.
  let wasPinned = false;
  const notePin = (): void => void (wasPinned = target.group.isPinned);
  element.addEventListener("pointerdown", notePin, true);
  const entries = Object.entries(handlers) as [string, EventListener][];
  for (const [name, handler] of entries) element.addEventListener(name, handler, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", notePin, true);
    for (const [name, handler] of entries) element.removeEventListener(name, handler);
  };
}

const isFar = (a: { x: number; y: number }, b: { x: number; y: number }): boolean =>
  Math.hypot(a.x - b.x, a.y - b.y) >= CLICK_PIXELS;

function zoom(target: PointerTarget, { x0, x1, y0, y1 }: Selection, at: Geometry): void {
  target.group.pin(false);
  if (y0 !== undefined && y1 !== undefined && Math.abs(y1 - y0) >= CLICK_PIXELS) {
    const [a, b] = [at.fromY(y0), at.fromY(y1)];
    target.zoomY({ min: Math.min(a, b), max: Math.max(a, b) });
  }
  if (Math.abs(x1 - x0) >= CLICK_PIXELS)
    target.group.zoomTo({ from: at.fromX(Math.min(x0, x1)), to: at.fromX(Math.max(x0, x1)) });
}
