import type { RunPage } from "../../src/messages/run-page.ts";
import type { PageTable } from "../../src/messages/tables.ts";
import type { Host } from "../shared/host.ts";

/** Tables kept at once: a page shows two, and going back to an earlier one should not wait. */
const KEPT = 12;

/**
 * Tables of one run, asked for once. Everything is forgotten when the run is resumed: its later tables replace those of the same step.
 */
export class TableStore {
  readonly #host: Host<RunPage>;
  readonly #asked = new Map<string, Promise<PageTable | null>>();
  #of = "";

  constructor(host: Host<RunPage>) {
    this.#host = host;
  }

  /** @param version changes when tables may have been replaced */
  get(run: string, name: string, step: number, version: string): Promise<PageTable | null> {
    if (version !== this.#of) this.#asked.clear();
    this.#of = version;
    const key = `${run}\n${name}\n${step}`;
    const known = this.#asked.get(key);
    if (known) return known;
    const asked = this.#host.ask("table", { run, name, step });
    this.#asked.set(key, asked);
    // What failed, or was not there yet, is asked for again.
    const forget = (): void => void this.#asked.delete(key);
    asked.then((table) => table === null && forget(), forget);
    if (this.#asked.size > KEPT) this.#asked.delete(this.#asked.keys().next().value!);
    return asked;
  }
}
