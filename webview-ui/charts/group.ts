/** What all charts of a page share: x axis, zoom, smoothing, crosshair, and which runs are lifted or hidden. */
import { axisMap, xExtent, type AxisMap } from "./axis.ts";
import type { StepClock } from "./clock.ts";
import type { ChartRun, LineKind, XAxis, XRange } from "./model.ts";

/** `lines`: what is drawn changed. `crosshair`: only the pointer's marks. `state`: what `toState` gives changed. */
export type GroupChange = "lines" | "crosshair" | "state";

/** The crosshair: an x of the shared axis, and the chart it was put in. */
export interface Crosshair {
  x: number;
  chart: string;
}

/** What a page keeps of its charts over a reload. */
export interface GroupState {
  axis: XAxis;
  zoom: XRange | null;
  isRaw: boolean;
  ignoresOutliers: boolean;
  isLogAll: boolean;
  logs: Record<string, boolean>;
  follows: boolean;
  hidden: string[];
  band: Band;
}
export type Band = "none" | "minmax";

const AXES: readonly XAxis[] = ["step", "epoch", "relative", "clock"];
/** The least share of the whole axis that can be zoomed to. */
const LEAST_ZOOM = 1e-6;

export class ChartGroup {
  readonly #listeners = new Map<GroupChange, Set<() => void>>();
  readonly #extents = new Map<XAxis, XRange>();
  #runs = new Map<string, ChartRun>();
  #axis: XAxis = "step";
  #zoom: XRange | undefined;
  #smoothing = 0.9;
  #isRaw = true;
  #ignoresOutliers = true;
  #isLogAll = false;
  #logs = new Map<string, boolean>();
  #follows = true;
  #band: Band = "none";
  #crosshair: Crosshair | undefined;
  #isPinned = false;
  #hovered: string | undefined;
  #hidden = new Set<string>();
  #isolated: string | undefined;
  #difference: string | undefined;
  /** Goes up when y axes may shrink: a new zoom, a reset, another way of drawing. */
  scaleEpoch = 0;
  /** Goes up when every zoom ends, a chart's own one of its y axis too. */
  resetEpoch = 0;

  /** @param smoothing 0–0.99, as remembered for the workspace */
  constructor(smoothing = 0.9) {
    this.#smoothing = clampSmoothing(smoothing);
  }

  /** Calls back after a change. @returns the end of that */
  on(change: GroupChange, listener: () => void): () => void {
    let listeners = this.#listeners.get(change);
    if (!listeners) this.#listeners.set(change, (listeners = new Set()));
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  get runs(): ReadonlyMap<string, ChartRun> {
    return this.#runs;
  }

  /** Tells what the axis has to know of the runs; at every new view of the page. */
  setRuns(runs: readonly ChartRun[]): void {
    const same = runs.length === this.#runs.size && runs.every((run) => sameRun(run, this.#runs.get(run.id)));
    if (same) return;
    this.#runs = new Map(runs.map((run) => [run.id, run]));
    if (this.#zoom && this.#follows && this.hasLive) {
      const shift = this.#newest() - this.#zoom.to;
      if (shift > 0) this.#zoom = { from: this.#zoom.from + shift, to: this.#zoom.to + shift };
    }
    this.#emit("lines");
  }

  get hasLive(): boolean {
    return [...this.#runs.values()].some((run) => run.isLive);
  }

  /** Which axes make sense: epochs only where every run knows its steps an epoch. */
  get axes(): XAxis[] {
    return AXES.filter(
      (axis) => axis !== "epoch" || [...this.#runs.values()].every((run) => run.stepsPerEpoch !== null),
    );
  }

  get axis(): XAxis {
    return this.#axis === "epoch" && !this.axes.includes("epoch") ? "step" : this.#axis;
  }
  set axis(axis: XAxis) {
    if (axis === this.#axis) return;
    this.#axis = axis;
    this.#zoom = undefined;
    this.#crosshair = undefined;
    this.#isPinned = false;
    this.#rescaled();
  }

  get smoothing(): number {
    return this.#smoothing;
  }
  set smoothing(value: number) {
    const smoothing = clampSmoothing(value);
    if (smoothing === this.#smoothing) return;
    this.#smoothing = smoothing;
    this.#emit("lines", "state");
  }

  get isRaw(): boolean {
    return this.#isRaw;
  }
  set isRaw(value: boolean) {
    this.#isRaw = value;
    this.#emit("lines", "state");
  }

  get ignoresOutliers(): boolean {
    return this.#ignoresOutliers;
  }
  set ignoresOutliers(value: boolean) {
    this.#ignoresOutliers = value;
    this.#rescaled();
  }

  get band(): Band {
    return this.#band;
  }
  set band(band: Band) {
    this.#band = band;
    this.#emit("lines", "state");
  }

  get isLogAll(): boolean {
    return this.#isLogAll;
  }
  set isLogAll(value: boolean) {
    this.#isLogAll = value;
    this.#logs.clear();
    this.#rescaled();
  }

  /** Whether a chart is logarithmic: as set for it, else for all, else as it is by itself. */
  isLog(chart: string, byItself = false): boolean {
    return this.#logs.get(chart) ?? (this.#isLogAll || byItself);
  }
  setLog(chart: string, value: boolean): void {
    this.#logs.set(chart, value);
    this.#rescaled();
  }

  /** The zoomed stretch; undefined = everything. */
  get zoom(): XRange | undefined {
    return this.#zoom;
  }

  /** Zooms all charts, which ends Follow. Everything or more = no zoom. */
  zoomTo(range: XRange): void {
    const extent = this.extent();
    const whole = extent.to - extent.from;
    const from = Math.max(extent.from, Math.min(range.from, range.to));
    const to = Math.min(extent.to, Math.max(range.from, range.to));
    if (to - from < whole * LEAST_ZOOM) return;
    this.#zoom = from <= extent.from && to >= extent.to ? undefined : { from, to };
    this.#follows = this.#zoom === undefined;
    this.#rescaled();
  }

  /** Zooms about an x: `factor` below 1 shows less. */
  zoomAt(x: number, factor: number): void {
    const { from, to } = this.range();
    this.zoomTo({ from: x - (x - from) * factor, to: x + (to - x) * factor });
  }

  resetZoom(): void {
    this.resetEpoch++;
    this.#zoom = undefined;
    this.#follows = true;
    this.#extents.clear();
    this.#rescaled();
  }

  /** Whether the charts stay with the newest point. */
  get follows(): boolean {
    return this.#follows;
  }
  set follows(value: boolean) {
    this.#follows = value;
    if (value && this.#zoom) {
      const newest = this.#newest();
      const width = this.#zoom.to - this.#zoom.from;
      this.#zoom = { from: newest - width, to: newest };
    }
    this.#rescaled();
  }

  /** The whole x axis. */
  extent(): XRange {
    const extent = xExtent(this.axis, this.shownRuns(), Date.now(), this.#extents.get(this.axis));
    this.#extents.set(this.axis, extent);
    return extent;
  }

  /** What of the x axis is shown. */
  range(): XRange {
    return this.#zoom ?? this.extent();
  }

  map(run: string, clock: StepClock | undefined, kind: LineKind): AxisMap | undefined {
    const known = this.#runs.get(run);
    return known && axisMap(this.axis, known, clock, kind);
  }

  get crosshair(): Crosshair | undefined {
    return this.#crosshair;
  }
  get isPinned(): boolean {
    return this.#isPinned;
  }

  /** Moves the crosshair; a pinned one stays unless `force`. */
  setCrosshair(crosshair: Crosshair | undefined, force = false): void {
    if (this.#isPinned && !force) return;
    if (crosshair?.x === this.#crosshair?.x && crosshair?.chart === this.#crosshair?.chart) return;
    this.#crosshair = crosshair;
    this.#emit("crosshair");
  }

  /** Pins the crosshair where it is, or frees it. */
  pin(value: boolean): void {
    this.#isPinned = value && this.#crosshair !== undefined;
    if (!value) this.#crosshair = undefined;
    this.#emit("crosshair");
  }

  /** The run lifted by a legend or a line under the pointer. */
  get hovered(): string | undefined {
    return this.#hovered;
  }
  set hovered(run: string | undefined) {
    if (run === this.#hovered) return;
    this.#hovered = run;
    this.#emit("lines");
  }

  get hidden(): ReadonlySet<string> {
    return this.#hidden;
  }
  isShown(run: string): boolean {
    return this.#isolated === undefined ? !this.#hidden.has(run) : this.#isolated === run;
  }
  toggle(run: string): void {
    if (this.#isolated !== undefined) this.#isolated = undefined;
    else if (!this.#hidden.delete(run)) this.#hidden.add(run);
    this.#rescaled();
  }

  /** Shows only this run; again: all. */
  isolate(run: string): void {
    this.#isolated = this.#isolated === run ? undefined : run;
    this.#rescaled();
  }
  get isolated(): string | undefined {
    return this.#isolated;
  }

  /** The run every other one is drawn as a difference to; undefined = values as they are. */
  get difference(): string | undefined {
    return this.#difference;
  }
  set difference(run: string | undefined) {
    this.#difference = run;
    this.#rescaled();
  }

  toState(): GroupState {
    return {
      axis: this.#axis,
      zoom: this.#zoom ?? null,
      isRaw: this.#isRaw,
      ignoresOutliers: this.#ignoresOutliers,
      isLogAll: this.#isLogAll,
      logs: Object.fromEntries(this.#logs),
      follows: this.#follows,
      hidden: [...this.#hidden],
      band: this.#band,
    };
  }

  /** Takes up what `toState` gave; anything that is none of it is left as it is. */
  fromState(raw: unknown): void {
    if (typeof raw !== "object" || raw === null) return;
    const state = raw as Partial<GroupState>;
    if (state.axis && AXES.includes(state.axis)) this.#axis = state.axis;
    if (state.zoom && Number.isFinite(state.zoom.from) && state.zoom.to > state.zoom.from) this.#zoom = state.zoom;
    if (typeof state.isRaw === "boolean") this.#isRaw = state.isRaw;
    if (typeof state.ignoresOutliers === "boolean") this.#ignoresOutliers = state.ignoresOutliers;
    if (typeof state.isLogAll === "boolean") this.#isLogAll = state.isLogAll;
    if (typeof state.follows === "boolean") this.#follows = state.follows;
    if (typeof state.logs === "object") this.#logs = new Map(Object.entries(state.logs));
    if (Array.isArray(state.hidden)) this.#hidden = new Set(state.hidden.map(String));
    if (state.band === "none" || state.band === "minmax") this.#band = state.band;
    this.#emit("lines");
  }

  /** The runs the axis is made for: those shown, or all when none is. */
  shownRuns(): ChartRun[] {
    const all = [...this.#runs.values()];
    const shown = all.filter((run) => this.isShown(run.id));
    return shown.length > 0 ? shown : all;
  }

  #newest(): number {
    const now = Date.now();
    const ended = this.shownRuns().map((run) => ({ ...run, total: null, isLive: false }));
    return xExtent(this.axis, ended, now).to;
  }

  #rescaled(): void {
    this.scaleEpoch++;
    this.#emit("lines", "state");
  }

  #emit(...changes: GroupChange[]): void {
    for (const change of changes) for (const listener of this.#listeners.get(change) ?? []) listener();
  }
}

const clampSmoothing = (value: number): number =>
  Number.isFinite(value) ? Math.min(0.99, Math.max(0, Math.round(value * 100) / 100)) : 0.9;

function sameRun(a: ChartRun, b: ChartRun | undefined): boolean {
  return (
    b !== undefined &&
    a.lastStep === b.lastStep &&
    a.total === b.total &&
    a.isLive === b.isLive &&
    a.startedMs === b.startedMs &&
    a.endedMs === b.endedMs &&
    a.stepsPerEpoch === b.stepsPerEpoch
  );
}
