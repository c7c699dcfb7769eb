/** Strokes curves straight from their columns; an object a point would make 100 curves of 1,000 points take twice as long. */
import type { Theme } from "../shared/theme.ts";
import { slotStyle } from "../shared/slots.ts";
import { firstAtOrAfter } from "./curve.ts";
import type { Geometry } from "./geometry.ts";
import type { PreparedLine } from "./prepare.ts";
import type { Scene } from "./scene.ts";

export interface LineLook {
  /** Lifted by a legend or the pointer. */
  isLifted: boolean;
  /** Another run is lifted. */
  isFaded: boolean;
  isRaw: boolean;
  band: "none" | "minmax";
}

/** Above so many, lines are a pixel wide: they cover less of each other, and a frame without a GPU takes a third of the time. */
const MANY_LINES = 20;
const RAW_OPACITY = 0.28;
const ABANDONED_OPACITY = 0.3;
const BACKGROUND_OPACITY = 0.35;
const FADED_OPACITY = 0.25;
const BAND_OPACITY = { lifted: 0.2, other: 0.07 };
const BAND_PIXELS = 6;
/** Points closer than this get no dots of their own. */
const DOT_SPACING = 7;

type Context = CanvasRenderingContext2D;

/** First and last index (exclusive) of the points that matter for a plot, one beyond each side. */
function visible({ x }: PreparedLine, { from, to }: Scene["x"]): [number, number] {
  return [Math.max(0, firstAtOrAfter(x, from) - 1), Math.min(x.length, firstAtOrAfter(x, to) + 1)];
}

/** Draws one line with its raw trace, band and dots. */
export function paintLine(
  context: Context,
  scene: Scene,
  line: PreparedLine,
  at: Geometry,
  theme: Theme,
  look: LineLook,
) {
  const range = visible(line, scene.x);
  const isMuted = line.line.isMuted === true && !look.isLifted;
  const color = isMuted ? theme.color("var(--vscode-descriptionForeground)") : theme.slot(line.line.slot);
  const dash = [...slotStyle(line.line.slot).dash];
  const opacity = opacityOf(line, look);
  context.save();
  context.strokeStyle = context.fillStyle = color;
  context.lineJoin = context.lineCap = "round";
  if (scene.spec.isFilled) fillBelow(context, line, range, at, opacity);
  if (look.band === "minmax" && line.line.kind === "train") paintBand(context, line, range, at, look);
  if (look.isRaw && line.shown !== line.mean && line.line.part !== "abandoned" && !look.isFaded) {
    context.globalAlpha = opacity * RAW_OPACITY;
    context.lineWidth = 1;
    strokeRaw(context, line, range, at);
  }
  context.globalAlpha = opacity;
  // High contrast keeps its own width.
  const isOneOfMany = scene.lines.length > MANY_LINES && !look.isLifted && !theme.isHighContrast;
  context.lineWidth = look.isLifted ? 2.4 : isOneOfMany ? 1 : theme.isHighContrast ? 2 : 1.6;
  if (isOneOfMany) context.lineJoin = "bevel";
  context.setLineDash(line.line.isReference ? [4, 3] : dash);
  context.lineCap = isOneOfMany || (dash[0] !== undefined && dash[0] < 2) ? "butt" : "round";
  stroke(context, line.x, line.shown, range, at);
  context.setLineDash([]);
  if (line.line.kind === "eval") paintDots(context, line, range, at, theme);
  else if (theme.isHighContrast) paintMarkers(context, line, range, at);
  paintLonely(context, line, range, at);
  context.restore();
}

function opacityOf({ line }: PreparedLine, { isFaded, isLifted }: LineLook): number {
  if (line.part === "abandoned") return ABANDONED_OPACITY;
  if (line.isBackground || (line.isMuted && !isLifted)) return BACKGROUND_OPACITY;
  return isFaded ? FADED_OPACITY : 1;
}

function stroke(context: Context, x: Float64Array, y: Float64Array, [from, to]: [number, number], at: Geometry): void {
  context.beginPath();
  let isDown = false;
  for (let i = from; i < to; i++) {
    const value = y[i]!;
    const px = at.toX(x[i]!);
    if (value !== value || px !== px) {
      isDown = false;
      continue;
    }
    const py = at.toY(value);
    if (isDown) context.lineTo(px, py);
    else context.moveTo(px, py);
    isDown = true;
  }
  context.stroke();
}

/** Buckets of several points go from their least to their greatest value, so that no spike is lost. */
function strokeRaw(context: Context, line: PreparedLine, [from, to]: [number, number], at: Geometry): void {
  if (!line.isBucketed) return stroke(context, line.x, line.mean, [from, to], at);
  context.beginPath();
  let isDown = false;
  for (let i = from; i < to; i++) {
    const px = at.toX(line.x[i]!);
    const low = line.min[i]!;
    if (low !== low || px !== px) {
      isDown = false;
      continue;
    }
    const py = at.toY(low);
    if (isDown) context.lineTo(px, py);
    else context.moveTo(px, py);
    if (line.max[i] !== low) context.lineTo(px, at.toY(line.max[i]!));
    isDown = true;
  }
  context.stroke();
}

/** A point between two gaps would be no stroke at all. */
function paintLonely(context: Context, { x, shown }: PreparedLine, [from, to]: [number, number], at: Geometry): void {
  for (let i = from; i < to; i++) {
    const isAlone = (i === 0 || Number.isNaN(shown[i - 1])) && (i === x.length - 1 || Number.isNaN(shown[i + 1]));
    if (isAlone && Number.isFinite(shown[i])) dot(context, at.toX(x[i]!), at.toY(shown[i]!), 2);
  }
}

function paintDots(
  context: Context,
  line: PreparedLine,
  [from, to]: [number, number],
  at: Geometry,
  theme: Theme,
): void {
  const width = at.toX(line.x[to - 1] ?? 0) - at.toX(line.x[from] ?? 0);
  if (to - from > 1 && width / (to - from - 1) < DOT_SPACING) return;
  for (let i = from; i < to; i++) {
    const value = line.shown[i]!;
    if (!Number.isFinite(value)) continue;
    if (theme.isHighContrast) marker(context, at.toX(line.x[i]!), at.toY(value), line.line.slot);
    else dot(context, at.toX(line.x[i]!), at.toY(value), 2.4);
  }
}

/** In high contrast a line has its slot's marker every 60 px. */
function paintMarkers(context: Context, line: PreparedLine, [from, to]: [number, number], at: Geometry): void {
  let next = at.left + 20 + (line.line.slot % 4) * 12;
  for (let i = from; i < to; i++) {
    const px = at.toX(line.x[i]!);
    if (px < next || !Number.isFinite(line.shown[i])) continue;
    marker(context, px, at.toY(line.shown[i]!), line.line.slot);
    next = px + 60;
  }
}

export function dot(context: Context, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** Circle, square, triangle or diamond by slot. */
function marker(context: Context, x: number, y: number, slot: number): void {
  const shape = (slot - 1) % 4;
  if (shape === 0) return dot(context, x, y, 3);
  context.beginPath();
  if (shape === 1) context.rect(x - 2.8, y - 2.8, 5.6, 5.6);
  else if (shape === 2) polygon(context, [x, y - 3.8], [x + 3.6, y + 2.8], [x - 3.6, y + 2.8]);
  else polygon(context, [x, y - 4], [x + 4, y], [x, y + 4], [x - 4, y]);
  context.fill();
}

export function polygon(context: Context, ...corners: [number, number][]): void {
  corners.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
}

function fillBelow(
  context: Context,
  line: PreparedLine,
  [from, to]: [number, number],
  at: Geometry,
  opacity: number,
): void {
  context.globalAlpha = opacity * 0.16;
  context.beginPath();
  let start = Number.NaN;
  let px = 0;
  const close = (): void => {
    if (Number.isNaN(start)) return;
    context.lineTo(px, at.bottom);
    context.lineTo(start, at.bottom);
    context.closePath();
    start = Number.NaN;
  };
  for (let i = from; i < to; i++) {
    const value = line.shown[i]!;
    if (!Number.isFinite(value) || !Number.isFinite(line.x[i])) {
      close();
      continue;
    }
    px = at.toX(line.x[i]!);
    if (Number.isNaN(start)) context.moveTo((start = px), at.toY(value));
    else context.lineTo(px, at.toY(value));
  }
  close();
  context.fill();
}

/** The least and greatest raw values of every few pixels as an area. */
function paintBand(
  context: Context,
  line: PreparedLine,
  [from, to]: [number, number],
  at: Geometry,
  look: LineLook,
): void {
  const upper: [number, number][] = [];
  const lower: [number, number][] = [];
  let column = Number.NaN;
  for (let i = from; i < to; i++) {
    const px = at.toX(line.x[i]!);
    if (!Number.isFinite(line.min[i]) || !Number.isFinite(px)) continue;
    const top = at.toY(line.max[i]!);
    const bottom = at.toY(line.min[i]!);
    const own = Math.floor(px / BAND_PIXELS);
    if (own === column) {
      upper.at(-1)![1] = Math.min(upper.at(-1)![1], top);
      lower.at(-1)![1] = Math.max(lower.at(-1)![1], bottom);
    } else {
      upper.push([px, top]);
      lower.push([px, bottom]);
      column = own;
    }
  }
  if (upper.length < 2) return;
  context.globalAlpha = look.isLifted ? BAND_OPACITY.lifted : BAND_OPACITY.other;
  context.beginPath();
  polygon(context, ...upper, ...lower.reverse());
  context.fill();
}
