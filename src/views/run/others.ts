import type { RunRecord } from "../../runs/model.ts";
import { isTerminal } from "../../runs/model.ts";
import type { RunStore } from "../../store/port.ts";
import type { HeadStore } from "./run-head.ts";

/**
 * The store as a page reads it twice a second: runs that have ended are read once and kept until they are said to have
 * changed, for a page names the same few (parent, baseline) in each view.
 */
export class OtherRuns implements HeadStore {
  readonly #store: HeadStore;
  readonly #kept = new Map<string, RunRecord>();
  readonly #named = new Set<string>();

  constructor(store: HeadStore) {
    this.#store = store;
  }

  async get(id: string): Promise<RunRecord | undefined> {
    this.#named.add(id);
    const kept = this.#kept.get(id);
    if (kept) return kept;
    const record = await this.#store.get(id);
    if (record && isTerminal(record.state)) this.#kept.set(id, record);
    return record;
  }

  series: RunStore["series"] = (query) => this.#store.series(query);

  /** Whether the run was ever asked for. */
  has(id: string): boolean {
    return this.#named.has(id);
  }

  /** Reads these runs anew when they are asked for again. */
  changed(runs: readonly string[]): void {
    for (const run of runs) this.#kept.delete(run);
  }
}
