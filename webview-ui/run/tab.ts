import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { Host } from "../shared/host.ts";
import type { GoTo } from "./places.ts";

export { TAB_NAMES, type GoTo, type TabName } from "./places.ts";

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
