import type { Place } from "../../src/messages/envelope.ts";

export const TAB_NAMES = ["charts", "checkpoints", "samples", "log", "config", "environment"] as const;
export type TabName = (typeof TAB_NAMES)[number];

/** A place of the run page: a tab, and a step or a line of the log in it. */
export type GoTo = Place & { tab: TabName };
