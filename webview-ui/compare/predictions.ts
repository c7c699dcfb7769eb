/** Predictions of the compared runs for the same rows, each at its best step. */
import type { ComparePage, PageComparedRun } from "../../src/messages/compare-page.ts";
import { pairUp, type Pair } from "../checkpoints/pairs.ts";
import { readSamples, type Samples } from "../samples/sample-rows.ts";
import type { Host } from "../shared/host.ts";

const TABLE = "eval/samples";

/** What a run predicted: undefined while it is read, null when it stores none, or why it could not be read. */
export type Predicted = Samples | null | Error | undefined;

/** Reads what is asked of it once, and again when a run has a better step. Tells when something has come. */
export class Predictions {
  readonly #host: Host<ComparePage>;
  readonly #changed: () => void;
  readonly #known = new Map<string, { key: string; predicted: Predicted }>();
  readonly #pairs = new WeakMap<Samples, WeakMap<Samples, Pair[]>>();

  constructor(host: Host<ComparePage>, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  of(run: PageComparedRun): Predicted {
    const key = keyOf(run);
    const known = this.#known.get(run.id);
    if (known?.key === key) return known.predicted;
    // What was known stays shown until the newer one is there.
    this.#known.set(run.id, { key, predicted: known?.predicted });
    void this.#read(run, key);
    return known?.predicted;
  }

  /** Asks again for what failed. */
  retry(): void {
    for (const [id, { predicted }] of this.#known) if (predicted instanceof Error) this.#known.delete(id);
    this.#changed();
  }

  /** The rows both have, from the baseline (`b`) to the other (`a`). */
  pairs(other: Samples, baseline: Samples): Pair[] {
    let pairs = this.#pairs.get(other);
    if (!pairs) this.#pairs.set(other, (pairs = new WeakMap()));
    let known = pairs.get(baseline);
    if (!known) pairs.set(baseline, (known = pairUp(other, baseline)));
    return known;
  }

  async #read(run: PageComparedRun, key: string): Promise<void> {
    const predicted = await this.#ask(run).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    if (this.#known.get(run.id)?.key !== key) return;
    this.#known.set(run.id, { key, predicted });
    this.#changed();
  }

  /** At the best step; where nothing is stored there, the newest. */
  async #ask({ id, bestStep }: PageComparedRun): Promise<Samples | null> {
    const best = bestStep === null ? null : await this.#host.ask("table", { run: id, name: TABLE, step: bestStep });
    const table = best ?? (await this.#host.ask("table", { run: id, name: TABLE, step: null }));
    return table && readSamples(table);
  }
}

const keyOf = ({ bestStep, evaluations, segments }: PageComparedRun): string =>
  `${segments.length} ${bestStep ?? `newest of ${evaluations}`}`;
