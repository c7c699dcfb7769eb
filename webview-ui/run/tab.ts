import type { Place } from "../../src/messages/envelope.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { Host } from "../shared/host.ts";

export const TAB_NAMES = ["charts", "checkpoints", "samples", "log", "config", "environment"] as const;
export type TabName = (typeof TAB_NAMES)[number];

/** A place of the run page: a tab, and a step or a line of the log in it. */
export type GoTo = Place & { tab: TabName };

/**
 * What each tab's element (`tf-charts-tab` …) is given. Only the open tab exists; what it wants to find again it keeps with
 * `host.keep({ <tab>: … })` and reads from `host.state`. Points come through `host.listen`.
 */
export interface RunTab extends HTMLElement {
  host: Host<RunPage>;
  view: RunView;
  /** Where the tab is to go; a new object each time, undefined when it was opened by its tab. */
  goto?: GoTo | undefined;
}

/** Asks the page to show a place. */
export function go(from: EventTarget, to: GoTo): void {
  from.dispatchEvent(new CustomEvent<GoTo>("tf-go", { detail: to, bubbles: true, composed: true }));
}
