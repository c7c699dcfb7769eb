/** What a chart gives away: its picture and its data. */
import type { Scene } from "./scene.ts";

/** A name for a file out of any title: no character that a file system minds. */
export const fileName = (title: string, ending: string): string =>
  `${title.replaceAll(/[^\p{L}\p{N}.-]+/gu, "_").slice(0, 120) || "chart"}.${ending}`;

/** A field of CSV; text that a spreadsheet would take for a formula is quoted with an apostrophe before it. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Every bucket that is drawn as a row: run, metric, step, x, value as shown, mean, min, max. */
export function sceneCsv(scene: Scene): string {
  const rows = [["run", "metric", "step", "x", "shown", "mean", "min", "max"].join(",")];
  for (const { line, steps, x, shown, mean, min, max } of scene.lines) {
    const head = `${field(line.label)},${field(line.metric)}`;
    for (let i = 0; i < x.length; i++) rows.push([head, steps[i], x[i], shown[i], mean[i], min[i], max[i]].join(","));
  }
  return `${rows.join("\n")}\n`;
}

/** The plot as a PNG on the editor's background. */
export async function canvasPng(
  canvas: HTMLCanvasElement,
  title: string,
  background: string,
  foreground: string,
): Promise<Uint8Array> {
  const ratio = window.devicePixelRatio || 1;
  const head = Math.round(24 * ratio);
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height + head;
  const context = copy.getContext("2d")!;
  context.fillStyle = background;
  context.fillRect(0, 0, copy.width, copy.height);
  context.fillStyle = foreground;
  context.font = `${12 * ratio}px sans-serif`;
  context.fillText(title, 8 * ratio, 16 * ratio);
  context.drawImage(canvas, 0, head);
  const blob = await new Promise<Blob | null>((done) => copy.toBlob(done, "image/png"));
  return new Uint8Array(await blob!.arrayBuffer());
}
