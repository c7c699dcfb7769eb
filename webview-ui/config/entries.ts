import type { PageConfigEntry } from "../../src/messages/config-tab.ts";
import { valueText } from "./values.ts";

export interface EntryFilter {
  /** Words that key or value must hold, letter case ignored. */
  filter: string;
  /** Only keys that somebody wrote: in the file, as an override, in the parent. */
  written: boolean;
  /** Only keys that the file resolves differently now. */
  differing: boolean;
}

/** The entries that pass a filter. */
export function shownEntries(
  entries: readonly PageConfigEntry[],
  { filter, written, differing }: EntryFilter,
): PageConfigEntry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    if (written && entry.origin === "default") return false;
    if (differing && !entry.differs) return false;
    const text = `${entry.key} ${valueText(entry.value)} ${valueText(entry.now)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Entries by the group of their keys, in their order; the name is empty for keys outside a group. */
export function groupsOf(entries: readonly PageConfigEntry[]): { name: string; entries: PageConfigEntry[] }[] {
  const groups: { name: string; entries: PageConfigEntry[] }[] = [];
  for (const entry of entries) {
    const name = entry.key.includes(".") ? entry.key.slice(0, entry.key.indexOf(".")) : "";
    if (groups.at(-1)?.name === name) groups.at(-1)!.entries.push(entry);
    else groups.push({ name, entries: [entry] });
  }
  return groups;
}

/** The key inside its group. */
export const shortKey = (key: string): string => key.slice(key.indexOf(".") + 1);
