/** What a chart gives away of its data. */
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
