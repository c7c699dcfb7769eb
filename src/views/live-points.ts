import type { Gained, Watched } from "../messages/envelope.ts";
import type { Points, RunStore } from "../store/port.ts";

/** Where a series stands: the last step and how many points of that very step were told. */
interface Cursor {
  step: number;
  atStep: number;
}

/** Tells what series gained from call to call. */
export class LivePoints {
  readonly #store: Pick<RunStore, "seriesMany" | "get">;
  readonly #cursors = new Map<string, Cursor>();

  constructor(store: Pick<RunStore, "seriesMany" | "get">) {
    this.#store = store;
  }

  /** Points after those of the last call; a series named for the first time gives none and starts at its end. */
  async gained(series: readonly Watched[]): Promise<Gained[]> {
    const known = series.filter((one) => this.#cursors.has(keyOf(one)));
    const fresh = series.filter((one) => !this.#cursors.has(keyOf(one)));
    await this.#begin(fresh);
    const answers = await this.#store.seriesMany(
      known.map((one) => ({ ...one, from: this.#cursors.get(keyOf(one))!.step })),
    );
    return known.flatMap((one, index) => this.#after(one, answers[index] as Points));
  }

  async #begin(series: readonly Watched[]): Promise<void> {
    const records = new Map<string, Record<string, { lastStep: number }>>();
    for (const run of new Set(series.map((one) => one.run)))
      records.set(run, (await this.#store.get(run))?.metrics ?? {});
    for (const one of series) {
      const step = records.get(one.run)?.[one.metric]?.lastStep ?? Number.NEGATIVE_INFINITY;
      this.#cursors.set(keyOf(one), { step, atStep: 1 });
    }
  }

  #after(one: Watched, points: Points): Gained[] {
    const cursor = this.#cursors.get(keyOf(one))!;
    let skip = 0;
    while (skip < points.steps.length && points.steps[skip]! <= cursor.step && skip < cursor.atStep) skip++;
    if (skip === points.steps.length) return [];
    const steps = points.steps.slice(skip);
    const step = steps.at(-1)!;
    const before = step === cursor.step ? cursor.atStep : 0;
    this.#cursors.set(keyOf(one), { step, atStep: before + steps.filter((other) => other === step).length });
    return [{ ...one, steps, values: points.values.slice(skip), timesMs: points.timesMs.slice(skip) }];
  }
}

const keyOf = ({ run, metric }: Watched): string => `${run}\n${metric}`;
