/** Values of config and environment in the words of a table. */
import { formatCount, formatHyperparameter, formatMemory, MISSING } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { PageDifference } from "../../src/messages/compare-page.ts";

export interface Setting {
  text: string;
  /** The whole value where the text is shortened. */
  full: string;
}

/** The values of one key, in the order of the runs. */
export function settingsOf({ key, values }: PageDifference): Setting[] {
  const full = values.map(({ value, absent }) => (absent ? MISSING : textOf(key, value)));
  // Of hub names the owner is left out where the names alone tell the models apart.
  const short = full.map((text) => text.slice(text.lastIndexOf("/") + 1));
  const isShortened = /(?:^|\.)name_or_path$/.test(key) && new Set(short).size === new Set(full).size;
  return full.map((text, index) => ({ text: isShortened ? short[index]! || text : text, full: text }));
}

function textOf(key: string, value: unknown): string {
  if (key === "uncommitted" && typeof value === "number") return fileCount(value);
  if (key === "memory" && typeof value === "number") return formatMemory(value);
  if (Array.isArray(value)) return value.map((item) => textOf("", item)).join(", ") || t("none");
  if (value === null || value === undefined) return "null";
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) >= 1e4 ? formatCount(value) : formatHyperparameter(value);
  if (typeof value === "string") return value === "" ? '""' : value;
  return JSON.stringify(value);
}

function fileCount(count: number): string {
  if (count === 0) return t("none");
  return count === 1 ? t("1 file") : t("{0} files", formatCount(count));
}

/** Whether two values of a key are the same, as the host compares them. */
export function isSame(a: PageDifference["values"][number], b: PageDifference["values"][number]): boolean {
  return a.absent === b.absent && JSON.stringify(a.value) === JSON.stringify(b.value);
}
