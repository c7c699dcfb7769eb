/** The contract of the run page. */
import { pageAction } from "./actions.ts";
import type { PageContract } from "./envelope.ts";
import { configQueries } from "./config-tab.ts";
import { environmentQueries } from "./environment-tab.ts";
import { logQueries } from "./log.ts";
import { runView } from "./run-view.ts";
import { seriesQueries } from "./series.ts";
import { tableQueries } from "./tables.ts";

export const runPage = {
  view: runView,
  queries: { ...seriesQueries, ...tableQueries, ...logQueries, ...configQueries, ...environmentQueries },
  actions: pageAction,
} as const satisfies PageContract;
export type RunPage = typeof runPage;
