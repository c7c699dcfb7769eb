import { formatHyperparameter, formatReading, MISSING } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import { fromJsonNumber, type JsonNumber } from "../base/numbers.ts";
import type { RunState } from "../runs/model.ts";
import type { Colours } from "./terminal.ts";

/** A state in its colour. */
export function stateText(state: RunState, colours: Colours): string {
  switch (state) {
    case "preparing":
    case "running":
    case "stopping":
      return colours.blue(state);
    case "finished":
      return colours.green(state);
    case "failed":
    case "crashed":
      return colours.red(state);
    case "stalled":
      return colours.yellow(state);
    default:
      return colours.dim(state);
  }
}

/** A metric's value as JSON keeps it. */
export const metricText = (value: JsonNumber | null | undefined, name: string): string =>
  formatReading(value === null ? undefined : fromJsonNumber(value), name);

/** A setting's value: figures as short as exact, lists and objects as JSON, nothing as a dash. */
export function settingText(value: unknown): string {
  if (value === undefined) return MISSING;
  if (typeof value === "number") return formatHyperparameter(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `3 runs`, `1 run`. */
export const countOf = (count: number, one: string, many: string): string => t(count === 1 ? one : many, count);
