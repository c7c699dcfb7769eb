import { parseFilter } from "../store/filter.ts";
import type { ListQuery, RunStore } from "../store/port.ts";
import { judge, type JudgedState } from "./judge.ts";
import { storePaths } from "./layout.ts";
import { isTerminal, type RunListItem, type RunRecord } from "./model.ts";

/**
 * A store whose answers about runs of other hosts and containers rest on their heartbeat, and say so. Nothing of it is
 * written anywhere: those runs' files belong to the machine they run on.
 */
export function judgedStore(store: RunStore, root: string): RunStore {
  const verdictOf = verdicts(root);
  return {
    ...forward(store),
    async get(id) {
      const record = await store.get(id);
      if (!record || isTerminal(record.state)) return record;
      return overlaid(record, verdictOf(id));
    },
    async list(query = {}) {
      const overruled = new Map<string, JudgedState>();
      for (const run of await store.open()) {
        const verdict = verdictOf(run);
        if (verdict) overruled.set(run, verdict);
      }
      return overruled.size === 0 ? store.list(query) : listJudged(store, query, overruled);
    },
  };
}

/** A run of this host does not move to another, so that it is one of this host is not looked up at each answer. */
const OURS_FOR_MS = 1000;

function verdicts(root: string): (run: string) => JudgedState | undefined {
  const oursUntilMs = new Map<string, number>();
  return (run) => {
    const nowMs = Date.now();
    if (nowMs < (oursUntilMs.get(run) ?? 0)) return undefined;
    const verdict = judge(storePaths(root).run(run));
    if (verdict) oursUntilMs.delete(run);
    else oursUntilMs.set(run, nowMs + OURS_FOR_MS);
    return verdict;
  };
}

/** The runs with a verdict are matched by what it says, all others by the store. */
async function listJudged(
  store: RunStore,
  { limit, ...query }: ListQuery,
  verdicts: ReadonlyMap<string, JudgedState>,
): Promise<RunListItem[]> {
  const filter = parseFilter(query.filter ?? "");
  const items = (await store.list(query)).filter(({ id }) => !verdicts.has(id));
  for (const [id, verdict] of verdicts) {
    const record = await store.get(id);
    if (!record || (record.trashed && query.trashed !== true)) continue;
    const judged = overlaid(record, verdict);
    if (filter.takesAll || filter.matches(judged, judged.config)) items.push(judged);
  }
  return items.toSorted((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1)).slice(0, limit);
}

function overlaid(record: RunRecord, verdict: JudgedState | undefined): RunRecord {
  return verdict ? { ...record, state: verdict.state ?? record.state, cause: verdict.cause } : record;
}

function forward(store: RunStore): RunStore {
  return {
    sync: () => store.sync(),
    list: (query) => store.list(query),
    get: (id) => store.get(id),
    find: (text) => store.find(text),
    open: () => store.open(),
    series: (query) => store.series(query),
    seriesMany: (queries) => store.seriesMany(queries),
    clock: (run) => store.clock(run),
    table: (run, name, step) => store.table(run, name, step),
    reindex: (progress) => store.reindex(progress),
    touch: (run) => store.touch(run),
    close: () => store.close(),
  };
}
