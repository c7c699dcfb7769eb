/** What a chart gives away of its data. */
import { csvField } from "../shared/csv.ts";
import type { Scene } from "./scene.ts";

/** A name for a file out of any title: no character that a file system minds. */
export const fileName = (title: string, ending: string): string =>
  `${title.replaceAll(/[^\p{L}\p{N}.-]+/gu, "_").slice(0, 120) || "chart"}.${ending}`;

/** Every bucket that is drawn as a row: run, metric, step, x, value as shown, mean, min, max. */
export function sceneCsv(scene: Scene): string {
  const rows = [["run", "metric", "step", "x", "shown", "mean", "min", "max"].join(",")];
  for (const { line, steps, x, shown, mean, min, max } of scene.lines) {
    const head = `${csvField(line.label)},${csvField(line.metric)}`;
    for (let i = 0; i < x.length; i++) rows.push([head, steps[i], x[i], shown[i], mean[i], min[i], max[i]].join(","));
  }
  return `${rows.join("\n")}\n`;
}
