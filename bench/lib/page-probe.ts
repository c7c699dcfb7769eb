import type { Page } from "playwright-core";

/** What the probe noted in the page; times are of the page's own clock, milliseconds since its navigation began. */
interface Notes {
  /** Frames in which a curve was drawn, and how many canvases got one. */
  frames: { atMs: number; canvases: number }[];
  /** When the last pointer, wheel or key was pressed or released. */
  inputMs: number;
  /** From the log call of a point (its time) to the frame that shows it. */
  latenciesMs: number[];
}
declare global {
  interface Window {
    benchNotes: Notes;
  }
}

/** Points a path needs to count as a curve: axes and ticks have fewer. */
const CURVE_POINTS = 20;

/** Watches what a page draws, from before its first script. The time of a curve is that of the frame after it was drawn. */
export async function watchDrawing(page: Page): Promise<void> {
  await page.addInitScript((curvePoints: number) => {
    const notes: Notes = { frames: [], inputMs: 0, latenciesMs: [] };
    window.benchNotes = notes;
    const counts = new WeakMap<CanvasRenderingContext2D, { points: number }>();
    const drawn = new Set<HTMLCanvasElement>();
    let arrived: number[] = [];
    const proto = CanvasRenderingContext2D.prototype;
    // oxlint-disable-next-line typescript/unbound-method -- called with the context they are replaced on
    const { beginPath, lineTo, stroke } = proto;
    const countOf = (context: CanvasRenderingContext2D): { points: number } => {
      let count = counts.get(context);
      if (!count) counts.set(context, (count = { points: 0 }));
      return count;
    };
    let last: { context: CanvasRenderingContext2D; count: { points: number } } | undefined;
    proto.beginPath = function () {
      const count = countOf(this);
      count.points = 0;
      last = { context: this, count };
      beginPath.call(this);
    };
    proto.lineTo = function (x, y) {
      if (last?.context === this) last.count.points++;
      lineTo.call(this, x, y);
    };
    proto.stroke = function (this: CanvasRenderingContext2D, ...path: [] | [Path2D]) {
      stroke.apply(this, path as [Path2D]);
      if (countOf(this).points < curvePoints) return;
      if (drawn.size === 0) requestAnimationFrame(framed);
      drawn.add(this.canvas);
    } as typeof stroke;
    function framed(): void {
      notes.frames.push({ atMs: performance.now(), canvases: drawn.size });
      drawn.clear();
      const nowMs = Date.now();
      for (const timeMs of arrived) notes.latenciesMs.push(nowMs - timeMs);
      arrived = [];
    }
    for (const kind of ["pointerdown", "pointerup", "wheel", "keydown"] as const)
      addEventListener(kind, () => (notes.inputMs = performance.now()), { capture: true, passive: true });
    addEventListener(
      "message",
      ({ data }: MessageEvent<{ t?: string; points?: { timesMs: Float64Array }[] }>) => {
        if (data.t === "points") for (const { timesMs } of data.points ?? []) arrived.push(...timesMs);
      },
      { capture: true },
    );
  }, CURVE_POINTS);
}

/** Waits for the first curves; returns when the first frame had one, and when `canvases` charts had been drawn in all. */
export async function firstCurves(page: Page, canvases: number): Promise<{ firstMs: number; allMs: number }> {
  await page.waitForFunction(
    (wanted) => window.benchNotes.frames.reduce((sum, frame) => sum + frame.canvases, 0) >= wanted,
    canvases,
    { timeout: 20_000, polling: 50 },
  );
  const frames = await page.evaluate(() => window.benchNotes.frames);
  let sum = 0;
  const all = frames.find((frame) => (sum += frame.canvases) >= canvases);
  return { firstMs: frames[0]!.atMs, allMs: all!.atMs };
}

/** Does something with the mouse or keyboard; returns the time from its last input to the first and to the last frame it led to. */
export async function redraw(
  page: Page,
  input: () => Promise<void>,
  settleMs: number,
): Promise<{ firstMs: number; settledMs: number }> {
  await page.evaluate(() => (window.benchNotes.frames = []));
  await input();
  await page.waitForTimeout(settleMs);
  const { frames, inputMs } = await page.evaluate(() => window.benchNotes);
  const after = frames.filter(({ atMs }) => atMs >= inputMs);
  if (after.length === 0) throw new Error("The page drew nothing after the input.");
  return { firstMs: after[0]!.atMs - inputMs, settledMs: after.at(-1)!.atMs - inputMs };
}
