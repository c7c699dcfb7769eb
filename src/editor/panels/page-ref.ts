import type { RunRef } from "../app.ts";

/** Which page a panel shows, as the page keeps it in its state over a reload of the window. */
export type PageRef =
  { page: "run"; folder: string; run: string } | { page: "compare"; folder: string; runs: readonly string[] };

/** View types of the panels; the serializers are registered for these. */
export const VIEW_TYPES = { run: "tuningFork.run", compare: "tuningFork.compare" } as const;

export const runPageOf = ({ folder, run }: RunRef): PageRef => ({ page: "run", folder, run });

/** Whether two pages show the same: of a comparison the order of its runs counts, for the first is A. */
export const isSamePage = (a: PageRef, b: PageRef): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The page a state belongs to; undefined for what no page of this version wrote. */
export function refOfState(page: PageRef["page"], state: unknown): PageRef | undefined {
  const { ref } = fields(state);
  const { folder, run, runs } = fields(ref);
  if (typeof folder !== "string") return undefined;
  if (page === "run") return typeof run === "string" ? { page, folder, run } : undefined;
  if (!Array.isArray(runs) || runs.length === 0) return undefined;
  return runs.every((one) => typeof one === "string") ? { page, folder, runs } : undefined;
}

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
