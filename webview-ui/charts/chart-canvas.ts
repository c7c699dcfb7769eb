import { Chart, LinearScale, LogarithmicScale, type ChartConfiguration, type Scale } from "chart.js";
import { displayLanguage } from "../../src/base/l10n.ts";
import type { Theme } from "../shared/theme.ts";
import type { Curves } from "./curves.ts";
import { geometry, type Geometry } from "./geometry.ts";
import type { ChartGroup } from "./group.ts";
import { paintLine, dot } from "./paint-lines.ts";
import * as marks from "./paint-marks.ts";
import type { PlacedMark } from "./paint-marks.ts";
import { lastReading, readingsAt, type Reading } from "./readings.ts";
import type { Scene } from "./scene.ts";
import { xTickLabel, xTicks, yTickLabels, yTicks } from "./ticks.ts";

Chart.register(LinearScale, LogarithmicScale);

/** Every chart of a column begins at the same pixel. */
const LEFT_AXIS = 40;
const BOTTOM_AXIS = 18;
const PADDING = { left: 0, right: 8, top: 8, bottom: 0 };
const MUTED = "var(--vscode-descriptionForeground)";
const GRID = "color-mix(in srgb, var(--vscode-foreground) 14%, transparent)";
const AXIS = "color-mix(in srgb, var(--vscode-foreground) 32%, transparent)";

/** Width of the plot in a chart of a width (CSS pixels), for how many buckets to ask. */
export const plotWidth = (width: number): number => Math.max(1, width - LEFT_AXIS - PADDING.right);

/** A stretch that is being dragged, in CSS pixels. */
export interface Selection {
  x0: number;
  x1: number;
  /** Both axes (Shift). */
  y0?: number;
  y1?: number;
}

/**
 * The two canvases of a chart: axes and curves below, pointer marks above, so that moving the pointer redraws no curve.
 * chart.js lays out and draws the axes; curves are stroked from typed arrays between them.
 */
export class ChartCanvas {
  readonly #over: HTMLCanvasElement;
  readonly #theme: Theme;
  readonly #group: ChartGroup;
  readonly #curves: Curves;
  readonly #chart: Chart;
  #scene: Scene | undefined;
  /** What the axes were last laid out for. */
  #frame = "";
  #ratio = 1;
  #size = { width: 0, height: 0 };
  geometry: Geometry | undefined;
  /** Marks as last drawn, for the pointer. */
  placed: PlacedMark[] = [];

  constructor(
    base: HTMLCanvasElement,
    over: HTMLCanvasElement,
    parts: { theme: Theme; group: ChartGroup; curves: Curves },
  ) {
    this.#over = over;
    this.#theme = parts.theme;
    this.#group = parts.group;
    this.#curves = parts.curves;
    this.#chart = new Chart(base, this.#configuration());
  }

  /** Size in CSS pixels; the canvases follow the screen's pixels. */
  resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio || 1;
    if (width === this.#size.width && height === this.#size.height && ratio === this.#ratio) return;
    this.#size = { width, height };
    this.#ratio = ratio;
    this.#chart.resize(width, height);
    this.#frame = "";
    this.#over.width = Math.round(width * ratio);
    this.#over.height = Math.round(height * ratio);
    this.#over.style.width = `${width}px`;
    this.#over.style.height = `${height}px`;
  }

  draw(scene: Scene): void {
    this.#scene = scene;
    const { x, y, isLog, spec } = scene;
    const { width, height } = this.#size;
    const { axis, zoom } = this.#group;
    const frame = [x.from, x.to, y.min, y.max, isLog, spec.unit, width, height, axis, zoom === undefined];
    const key = [...frame, this.#theme.version, displayLanguage()].join();
    // Laying out the axes costs more than stroking the curves, and while a run is watched they stand still.
    if (key === this.#frame) return this.#chart.draw();
    this.#frame = key;
    this.#chart.options.scales = this.#scales(scene);
    this.#chart.update("none");
  }

  /** Draws crosshair, dots and selection. */
  drawOverlay(crosshair: number | undefined, readings: readonly Reading[], selection?: Selection): void {
    const context = this.#over.getContext("2d");
    const at = this.geometry;
    if (!context || !at) return;
    const ratio = window.devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.#size.width, this.#size.height);
    if (selection) this.#drawSelection(context, at, selection);
    if (crosshair === undefined) return;
    const x = Math.round(at.toX(crosshair)) + 0.5;
    if (x < at.left - 1 || x > at.right + 1) return;
    context.save();
    context.strokeStyle = this.#theme.color("var(--vscode-foreground)");
    context.globalAlpha = 0.75;
    context.setLineDash(this.#group.isPinned ? [] : [2, 2]);
    marks.line(context, x, at.top, x, at.bottom);
    context.restore();
    for (const { line, x: value, value: shown } of readings) {
      const y = at.toY(shown);
      if (!Number.isFinite(y) || y < at.top - 3 || y > at.bottom + 3) continue;
      context.fillStyle = this.#theme.color("var(--vscode-editor-background)");
      dot(context, at.toX(value), y, 4);
      context.fillStyle = this.#theme.slot(line.line.slot);
      dot(context, at.toX(value), y, 3);
    }
  }

  readings(x: number): Reading[] {
    return this.#scene && this.geometry ? readingsAt(this.#scene, x, this.geometry) : [];
  }

  destroy(): void {
    this.#chart.destroy();
    // A canvas without pixels gives its memory back at once.
    this.#over.width = this.#over.height = 0;
  }

  #drawSelection(context: CanvasRenderingContext2D, at: Geometry, { x0, x1, y0, y1 }: Selection): void {
    const top = y0 === undefined || y1 === undefined ? at.top : Math.min(y0, y1);
    const height = y0 === undefined || y1 === undefined ? at.bottom - at.top : Math.abs(y1 - y0);
    context.save();
    context.fillStyle = this.#theme.color("var(--vscode-editor-selectionBackground)");
    context.strokeStyle = this.#theme.color("var(--vscode-focusBorder)");
    context.globalAlpha = 0.5;
    context.fillRect(Math.min(x0, x1), top, Math.abs(x1 - x0), height);
    context.globalAlpha = 1;
    context.strokeRect(Math.min(x0, x1) + 0.5, top + 0.5, Math.abs(x1 - x0), height - 1);
    context.restore();
  }

  #paint(context: CanvasRenderingContext2D): void {
    const scene = this.#scene;
    if (!scene) return;
    const { left, right, top, bottom } = this.#chart.chartArea;
    const at = geometry({ left, right, top, bottom }, scene.x, scene.y, scene.isLog);
    this.geometry = at;
    const theme = this.#theme;
    const group = this.#group;
    const isDifference = group.difference !== undefined;
    context.save();
    context.beginPath();
    context.rect(left - 8, top - 6, right - left + 16, bottom - top + 12);
    context.clip();
    const toAxis = (run: string, step: number): number => this.#toAxis(run, step);
    const across = isDifference ? [] : marks.paintAcross(context, scene.spec.marks ?? [], at, theme, toAxis);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    if (scene.spec.plan) marks.paintPlan(context, scene, at, theme, (step) => toAxis(scene.spec.plan!.run, step));
    marks.paintLimits(context, scene, at, theme);
    const { hovered } = group;
    for (const line of ordered(scene, hovered)) {
      const isLifted = hovered !== undefined && line.line.run === hovered && scene.lines.length > 1;
      const isFaded = hovered !== undefined && !isLifted && scene.lines.some(({ line: one }) => one.run === hovered);
      const isRaw = group.isRaw && (scene.lines.length <= 3 || isLifted) && !isDifference;
      paintLine(context, scene, line, at, theme, {
        isLifted,
        isFaded,
        isRaw,
        band: isDifference ? "none" : group.band,
      });
    }
    context.restore();
    if (!isDifference) marks.paintBest(context, scene, at, theme, toAxis);
    this.#paintNewest(context, scene, at);
    marks.paintWords(context, scene, at, theme, isDifference ? undefined : toAxis);
    marks.paintNaN(context, scene.lines, scene, at, theme);
    if (group.ignoresOutliers) marks.paintOutliers(context, scene, at, theme, group.isRaw);
    const points = isDifference ? [] : marks.paintCheckpoints(context, scene.spec.marks ?? [], at, theme, toAxis);
    context.restore();
    this.placed = [...points, ...across];
  }

  /** The newest point of a live run wears a halo. */
  #paintNewest(context: CanvasRenderingContext2D, scene: Scene, at: Geometry): void {
    for (const line of scene.lines) {
      if (line.line.isBackground || line.line.part === "abandoned" || line.line.kind === "eval") continue;
      const run = this.#group.runs.get(line.line.run);
      const last = run?.isLive ? lastReading(line) : undefined;
      if (!last || !Number.isFinite(last.value)) continue;
      const x = at.toX(last.x);
      const y = at.toY(last.value);
      if (!(x >= at.left && x <= at.right + 1 && y >= at.top - 1 && y <= at.bottom + 1)) continue;
      context.save();
      context.fillStyle = this.#theme.slot(line.line.slot);
      context.globalAlpha = 0.35;
      dot(context, x, y, 5.5);
      context.globalAlpha = 1;
      dot(context, x, y, 2.8);
      context.restore();
    }
  }

  /** Steps of marks count optimizer steps whatever the chart's lines count. */
  #toAxis(run: string, step: number): number {
    return this.#group.map(run, this.#curves.clock(run), "train")?.x(step) ?? Number.NaN;
  }

  #scales(scene: Scene): NonNullable<NonNullable<ChartConfiguration["options"]>["scales"]> {
    const { axis } = this.#group;
    const theme = this.#theme;
    const { width, height } = this.#size;
    const font = { size: 10, family: theme.font(10).replace(/^\S+ /, "") };
    const color = theme.color(MUTED);
    const span = scene.x.to - scene.x.from;
    const isWhole = this.#group.zoom === undefined;
    const { unit } = scene.spec;
    const ticks = yTicks(unit, scene.y, scene.isLog, Math.max(2, Math.min(6, Math.round(height / 40))));
    const labels = yTickLabels(unit, ticks);
    return {
      x: {
        type: "linear",
        min: scene.x.from,
        max: scene.x.to,
        border: { display: true, color: theme.color(AXIS) },
        grid: { display: false, drawTicks: false, tickLength: 0 },
        ticks: {
          color,
          font,
          padding: 4,
          maxRotation: 0,
          align: "inner",
          autoSkip: false,
          callback: (value) => xTickLabel(axis, Number(value), span),
        },
        afterBuildTicks: (scale: Scale) => {
          const count = Math.max(2, Math.min(8, Math.floor(width / (axis === "clock" ? 90 : 75))));
          scale.ticks = xTicks(axis, scene.x, count, isWhole).map((value) => ({ value }));
        },
        afterFit: (scale: Scale) => {
          scale.height = BOTTOM_AXIS;
        },
      },
      y: {
        type: scene.isLog ? "logarithmic" : "linear",
        min: scene.y.min,
        max: scene.y.max,
        border: { display: false },
        grid: { color: theme.color(GRID), drawTicks: false },
        ticks: { color, font, padding: 5, autoSkip: false, callback: (_value, index) => labels[index] ?? "" },
        afterBuildTicks: (scale: Scale) => {
          scale.ticks = ticks.map((value) => ({ value }));
        },
        afterFit: (scale: Scale) => {
          scale.width = LEFT_AXIS;
        },
      },
    };
  }

  #configuration(): ChartConfiguration {
    return {
      type: "line",
      data: { datasets: [] },
      options: {
        animation: false,
        responsive: false,
        maintainAspectRatio: false,
        events: [],
        layout: { padding: PADDING },
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
      },
      plugins: [{ id: "curves", afterDatasetsDraw: ({ ctx }) => this.#paint(ctx) }],
    };
  }
}

/** Background first, the lifted line last. */
function ordered({ lines }: Scene, hovered: string | undefined): Scene["lines"] {
  const rank = ({ line }: Scene["lines"][number]): number =>
    line.isBackground || line.part === "abandoned" ? 0 : line.run === hovered ? 2 : 1;
  return [...lines].sort((a, b) => rank(a) - rank(b));
}
