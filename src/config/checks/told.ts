import { t } from "../../base/l10n.ts";
import { ALL_CHECKS } from "./index.ts";

/** What a check says of itself, in the language people read. */
export interface ToldCheck {
  /** What it finds; several things for a check that looks at several places. */
  titles: string[];
  /** Why they matter. */
  whys: string[];
}

/** What the check of an id says of itself; undefined for an id there is no check of. */
export function toldCheck(id: string): ToldCheck | undefined {
  const parts = ALL_CHECKS.filter((check) => check.id === id);
  if (parts.length === 0) return undefined;
  const each = (text: (part: (typeof parts)[number]) => string): string[] => [
    ...new Set(parts.map((part) => t(text(part)))),
  ];
  return { titles: each(({ title }) => title), whys: each(({ why }) => why) };
}
