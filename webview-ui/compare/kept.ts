/** What the page keeps of itself over a reload of the window. */
import type { PairFilter } from "../checkpoints/pairs.ts";

export const TABS = ["overview", "charts", "config", "code", "predictions", "environment"] as const;
export type TabName = (typeof TABS)[number];

export interface Kept {
  tab: TabName;
  /** The baseline the person chose for this page. */
  baseline: string | undefined;
  /** Runs that keep their colour among many. */
  pinned: string[];
  /** Whether curves are drawn as differences to the baseline. */
  isDifference: boolean;
  filter: string;
  /** Which groups of charts are folded, which are shown whole. */
  sections: Record<string, { isClosed: boolean; isWhole: boolean }>;
  /** Whether keys equal in all runs are listed too. */
  equalConfig: boolean;
  equalEnvironment: boolean;
  /** The run laid beside the baseline in Predictions. */
  other: string | undefined;
  pairs: PairFilter;
  /** State of the charts (`ChartGroup.toState`). */
  charts: unknown;
  /** Scroll of each tab, in pixels. */
  scroll: Partial<Record<TabName, number>>;
}

const FRESH: Kept = {
  tab: "overview",
  baseline: undefined,
  pinned: [],
  isDifference: false,
  filter: "",
  sections: {},
  equalConfig: false,
  equalEnvironment: true,
  other: undefined,
  pairs: "changed",
  charts: undefined,
  scroll: {},
};

/** Reads what an earlier page kept; what is missing or of another kind is as in a new page. */
export function readKept(raw: unknown): Kept {
  const kept: Record<string, unknown> = { ...FRESH };
  if (typeof raw !== "object" || raw === null) return FRESH;
  for (const [name, value] of Object.entries(raw))
    if (Object.hasOwn(FRESH, name) && isLike(value, kept[name])) kept[name] = value;
  const result = kept as unknown as Kept;
  return TABS.includes(result.tab) ? result : { ...result, tab: "overview" };
}

/** Whether a value is of the kind of another; what is undefined in a new page can be anything. */
const isLike = (value: unknown, fresh: unknown): boolean =>
  fresh === undefined ||
  (value !== null && typeof value === typeof fresh && Array.isArray(value) === Array.isArray(fresh));
