/** The plot's rectangle in CSS pixels and the way values go to it. */
import type { XRange } from "./model.ts";
import type { YRange } from "./range.ts";

export interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Geometry extends Area {
  toX: (x: number) => number;
  /** Far outside for what a logarithmic scale cannot show, so that a line leaves the plot downwards. */
  toY: (value: number) => number;
  fromX: (pixel: number) => number;
  fromY: (pixel: number) => number;
}

/** Beyond this many pixels outside the plot a canvas need not be exact. */
const FAR = 20_000;

export function geometry(area: Area, x: XRange, y: YRange, isLog: boolean): Geometry {
  const scale = isLog
    ? (value: number): number => (value > 0 ? Math.log10(value) : Number.NEGATIVE_INFINITY)
    : identity;
  const unscale = isLog ? (value: number): number => 10 ** value : identity;
  const low = scale(y.min);
  const perX = (area.right - area.left) / (x.to - x.from || 1);
  const perY = (area.bottom - area.top) / (scale(y.max) - low || 1);
  return {
    ...area,
    toX: (value) => area.left + (value - x.from) * perX,
    toY: (value) => {
      const pixel = area.bottom - (scale(value) - low) * perY;
      return pixel > FAR ? FAR : pixel < -FAR ? -FAR : pixel;
    },
    fromX: (pixel) => x.from + (pixel - area.left) / perX,
    fromY: (pixel) => unscale(low + (area.bottom - pixel) / perY),
  };
}

const identity = (value: number): number => value;
