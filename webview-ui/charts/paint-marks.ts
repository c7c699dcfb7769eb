/** Signs on and across the plot: checkpoints, alerts, resumes, limits, plans, outliers, values that are no number. */
import { t } from "../../src/base/l10n.ts";
import { formatMetric } from "../../src/base/format.ts";
import type { Theme } from "../shared/theme.ts";
import type { Geometry } from "./geometry.ts";
import type { ChartMark } from "./model.ts";
import { dot, polygon } from "./paint-lines.ts";
import type { PreparedLine } from "./prepare.ts";
import type { Scene } from "./scene.ts";
import { firstAtOrAfter } from "./curve.ts";

type Context = CanvasRenderingContext2D;

/** A mark where it was drawn, for the pointer. */
export interface PlacedMark {
  mark: ChartMark;
  x: number;
  y: number;
}

const FOREGROUND = "var(--vscode-foreground)";
const MUTED = "var(--vscode-descriptionForeground)";
const BACKGROUND = "var(--vscode-editor-background)";
const STAR = "var(--vscode-charts-yellow)";
const WARNING = "var(--vscode-editorWarning-foreground)";
const ERROR = "var(--vscode-editorError-foreground)";
/** Pruned checkpoints nearer than this to another one are left out. */
const CHECKPOINT_SPACING = 9;

/** Horizontal lines and bands with their words, behind the curves. */
export function paintLimits(context: Context, { spec, y }: Scene, at: Geometry, theme: Theme): void {
  for (const { value, to } of spec.limits ?? []) {
    if (value > y.max || value < y.min) continue;
    const py = at.toY(value);
    context.save();
    context.strokeStyle = context.fillStyle = theme.color(MUTED);
    if (to === undefined) {
      context.setLineDash([4, 3]);
      context.globalAlpha = 0.8;
      line(context, at.left, Math.round(py) + 0.5, at.right, Math.round(py) + 0.5);
    } else {
      context.globalAlpha = 0.18;
      context.fillRect(at.left, at.toY(to), at.right - at.left, Math.max(2, py - at.toY(to)));
    }
    context.restore();
  }
}

/** The planned curve beyond the newest point, dotted. */
export function paintPlan(
  context: Context,
  scene: Scene,
  at: Geometry,
  theme: Theme,
  toAxis: (step: number) => number,
): void {
  const { plan, lines } = scene.spec;
  if (!plan || plan.to <= plan.from) return;
  context.save();
  context.strokeStyle = theme.slot(lines[0]?.slot ?? 1);
  context.lineWidth = 1.6;
  context.setLineDash([1.5, 3]);
  context.beginPath();
  const pixels = Math.max(2, Math.ceil(at.right - at.left));
  let end: [number, number];
  for (let i = 0; i <= pixels; i++) {
    const step = plan.from + ((plan.to - plan.from) * i) / pixels;
    end = [at.toX(toAxis(step)), at.toY(plan.at(step))];
    if (!Number.isFinite(end[0])) continue;
    if (i === 0) context.moveTo(...end);
    else context.lineTo(...end);
  }
  context.stroke();
  context.restore();
}

/** Alerts and resumes: lines across the plot. */
export function paintAcross(
  context: Context,
  marks: readonly ChartMark[],
  at: Geometry,
  theme: Theme,
  toAxis: ToAxis,
): PlacedMark[] {
  const placed: PlacedMark[] = [];
  for (const mark of marks) {
    if (mark.kind === "checkpoint") continue;
    const px = at.toX(toAxis(mark.run, mark.step));
    if (!(px >= at.left && px <= at.right)) continue;
    const x = Math.round(px) + 0.5;
    const color = theme.color(mark.kind === "resume" ? MUTED : mark.level === "error" ? ERROR : WARNING);
    context.save();
    context.strokeStyle = context.fillStyle = color;
    context.setLineDash(mark.kind === "resume" ? [] : [2, 3]);
    context.globalAlpha = mark.kind === "resume" ? 0.7 : 0.9;
    line(context, x, at.top, x, at.bottom);
    context.globalAlpha = 1;
    if (mark.kind === "alert") {
      context.beginPath();
      polygon(context, [x - 4.5, at.top - 4], [x + 4.5, at.top - 4], [x, at.top + 4]);
      context.fill();
    }
    context.restore();
    placed.push({ mark, x, y: at.top });
  }
  return placed;
}

/** The words of limits, the plan and resumes, over the curves. */
export function paintWords(context: Context, scene: Scene, at: Geometry, theme: Theme, toAxis?: ToAxis): void {
  const { spec, y } = scene;
  for (const { value, to, label } of spec.limits ?? []) {
    if (value > y.max || value < y.min || label === "") continue;
    words(context, theme, label, at.right - 2, at.toY(to ?? value) - 7, "right");
  }
  if (!toAxis) return;
  let lastX = Number.NEGATIVE_INFINITY;
  for (const mark of spec.marks ?? []) {
    if (mark.kind !== "resume") continue;
    const x = at.toX(toAxis(mark.run, mark.step));
    if (!(x >= at.left && x <= at.right) || x - lastX < WORD_SPACING) continue;
    words(context, theme, mark.label, x + 4, isHigh(scene, at, x) ? at.bottom - 16 : at.top + 8, "left", at);
    lastX = x;
  }
  const { plan } = spec;
  if (!plan || plan.to <= plan.from) return;
  const middle = plan.from + (plan.to - plan.from) * 0.6;
  const x = at.toX(toAxis(plan.run, middle));
  if (x > at.left && x < at.right - 8)
    words(context, theme, t("planned"), Math.min(at.right - 2, x + 44), at.toY(plan.at(middle)) - 14, "right");
}

/** Resumes nearer than this to the one before have no words. */
const WORD_SPACING = 70;

type ToAxis = (run: string, step: number) => number;

/** Checkpoints on the x axis: filled kept, hollow pruned, a star for the best. */
export function paintCheckpoints(
  context: Context,
  marks: readonly ChartMark[],
  at: Geometry,
  theme: Theme,
  toAxis: ToAxis,
): PlacedMark[] {
  const placed: PlacedMark[] = [];
  const order = { best: 0, kept: 1, pruned: 2 };
  const sorted = marks
    .filter((mark) => mark.kind === "checkpoint")
    .sort((a, b) => order[a.state] - order[b.state] || b.step - a.step);
  context.save();
  for (const mark of sorted) {
    const x = at.toX(toAxis(mark.run, mark.step));
    if (!(x >= at.left - 1 && x <= at.right + 1)) continue;
    if (mark.state === "pruned" && placed.some((other) => Math.abs(other.x - x) < CHECKPOINT_SPACING)) continue;
    const y = at.bottom;
    if (mark.state === "best") star(context, x, y, 5.5, theme.color(STAR), theme.color(BACKGROUND));
    else diamond(context, x, y, mark.state === "kept" ? theme.color(FOREGROUND) : undefined, theme);
    placed.push({ mark, x, y });
  }
  context.restore();
  return placed;
}

function diamond(context: Context, x: number, y: number, fill: string | undefined, theme: Theme): void {
  context.beginPath();
  polygon(context, [x, y - 4], [x + 4, y], [x, y + 4], [x - 4, y]);
  context.fillStyle = fill ?? theme.color(BACKGROUND);
  context.fill();
  context.strokeStyle = fill ? theme.color(BACKGROUND) : theme.color(MUTED);
  context.lineWidth = 1;
  context.stroke();
}

/** A five-pointed star with a rim, so that it stands out from a line. */
export function star(context: Context, x: number, y: number, radius: number, fill: string, rim: string): void {
  context.beginPath();
  polygon(
    context,
    ...Array.from({ length: 10 }, (_, index): [number, number] => {
      const angle = -Math.PI / 2 + (index * Math.PI) / 5;
      const r = index % 2 === 0 ? radius : radius * 0.45;
      return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
    }),
  );
  context.strokeStyle = rim;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = fill;
  context.fill();
}

/** Rings about the best points. */
export function paintBest(context: Context, scene: Scene, at: Geometry, theme: Theme, toAxis: ToAxis): void {
  for (const { line: key, step, value } of scene.spec.best ?? []) {
    const found = scene.lines.find(({ line: one }) => one.key === key);
    if (!found) continue;
    const x = at.toX(toAxis(found.line.run, step));
    const y = at.toY(value);
    if (!(x >= at.left && x <= at.right && y >= at.top - 6 && y <= at.bottom + 6)) continue;
    context.save();
    context.lineWidth = 1.5;
    context.strokeStyle = theme.color(scene.lines.length === 1 ? STAR : theme.slot(found.line.slot));
    context.fillStyle = theme.color(BACKGROUND);
    dot(context, x, y, 5);
    context.beginPath();
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.stroke();
    context.fillStyle = theme.slot(found.line.slot);
    dot(context, x, y, 2.4);
    context.restore();
  }
}

/** Red ticks on the axis where a value was no number. */
export function paintNaN(
  context: Context,
  lines: readonly PreparedLine[],
  scene: Scene,
  at: Geometry,
  theme: Theme,
): void {
  context.save();
  context.strokeStyle = theme.color(ERROR);
  context.lineWidth = 1;
  let last = Number.NEGATIVE_INFINITY;
  for (const one of lines) {
    const to = firstAtOrAfter(one.x, scene.x.to + 1e-9);
    for (let i = firstAtOrAfter(one.x, scene.x.from); i < to; i++) {
      if (!one.hasNaN(i)) continue;
      const x = at.toX(one.x[i]!);
      if (Math.abs(x - last) < 1) continue;
      line(context, (last = x), at.bottom, x, at.bottom - 6);
    }
  }
  context.restore();
}

/** Where the curve leaves a plot that ignores outliers, the greatest value with an arrow. */
export function paintOutliers(context: Context, scene: Scene, at: Geometry, theme: Theme, isRaw: boolean): void {
  for (const isUp of [true, false]) {
    const found = extreme(scene, isUp, isRaw);
    if (!found) continue;
    const x = at.toX(found.x);
    const text = `${formatMetric(found.value, scene.spec.metric)} ${isUp ? "↑" : "↓"}`;
    const isRight = x - at.left > 60;
    words(context, theme, text, isRight ? x - 6 : x + 6, isUp ? at.top + 6 : at.bottom - 8, isRight ? "right" : "left");
  }
}

/** Share of the plot's height beyond it from which on a value is worth a word. */
const FAR_OUT = 0.25;

function extreme(
  { lines, x, y, isLog }: Scene,
  isUp: boolean,
  isRaw: boolean,
): { x: number; value: number } | undefined {
  const room = isLog ? (y.max / y.min) ** FAR_OUT : (y.max - y.min) * FAR_OUT;
  let best: { x: number; value: number } | undefined;
  for (const one of lines) {
    if (one.line.isBackground) continue;
    const isSmooth = !isRaw && one.shown !== one.mean;
    const column = isSmooth ? one.shown : isUp ? one.max : one.min;
    const to = firstAtOrAfter(one.x, x.to + 1e-9);
    for (let i = firstAtOrAfter(one.x, x.from); i < to; i++) {
      const value = column[i]!;
      const isOut = isLog
        ? isUp
          ? value > y.max * room
          : value > 0 && value < y.min / room
        : isUp
          ? value > y.max + room
          : value < y.min - room;
      if (isOut && (!best || (isUp ? value > best.value : value < best.value))) best = { x: one.x[i]!, value };
    }
  }
  return best;
}

export function line(context: Context, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Whether a curve runs through the upper half of the plot right of `x`, where words would cover it. */
function isHigh({ lines }: Scene, at: Geometry, x: number): boolean {
  const middle = (at.top + at.bottom) / 2;
  return lines.some((one) => {
    for (let i = 0; i < one.x.length; i++) {
      const px = at.toX(one.x[i]!);
      if (px > x + WORD_SPACING) return false;
      if (px >= x && at.toY(one.shown[i]!) < middle) return true;
    }
    return false;
  });
}

/** Small text with a rim of the background, so that it can be read over lines. */
export function words(
  context: Context,
  theme: Theme,
  text: string,
  x: number,
  y: number,
  align: "left" | "right",
  within?: Geometry,
): void {
  context.save();
  context.setLineDash([]);
  context.font = theme.font(10);
  const width = context.measureText(text).width;
  const isFlipped = within !== undefined && x + width > within.right;
  context.textAlign = isFlipped ? "right" : align;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.strokeStyle = theme.color(BACKGROUND);
  context.lineWidth = 3;
  context.fillStyle = theme.color(MUTED);
  context.globalAlpha = 1;
  context.strokeText(text, isFlipped ? x - 8 : x, y);
  context.fillText(text, isFlipped ? x - 8 : x, y);
  context.restore();
}
