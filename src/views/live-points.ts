import type { Gained, Watched } from "../messages/envelope.ts";
import type { Points, RunStore } from "../store/port.ts";

/** Where a series stands: the last step told, and how many points of that very step were. */
interface Cursor {
  step: number;
  atStep: number;
}

const NOTHING_YET: Cursor = { step: Number.NEGATIVE_INFINITY, atStep: 0 };

/**
 * Tells what series gained from call to call. Points of a step that was told are told when they come later; points of
 * earlier steps are not (they stand in what a page asks for anew).
 */
export class LivePoints {
  readonly #store: Pick<RunStore, "seriesMany" | "get">;
  #cursors = new Map<string, Cursor>();

  constructor(store: Pick<RunStore, "seriesMany" | "get">) {
    this.#store = store;
  }

  /** Points after those of the last call; a series named for the first time gives none and starts at its end. */
  async gained(series: readonly Watched[]): Promise<Gained[]> {
    // What is no longer watched is forgotten: named again later, it starts at its end again.
    const cursors = new Map(series.map((one) => [keyOf(one), this.#cursors.get(keyOf(one))]));
    const known = series.filter((one) => cursors.get(keyOf(one)));
    const begun = await this.#begin(series.filter((one) => !cursors.get(keyOf(one))));
    const answers = await this.#points(known, (one) => cursors.get(keyOf(one))!.step);
    const gained = known.flatMap((one, index) => {
      const [news, cursor] = after(cursors.get(keyOf(one))!, answers[index]!);
      begun.set(keyOf(one), cursor);
      return news ? [{ ...one, ...news }] : [];
    });
    this.#cursors = begun;
    return gained;
  }

  /** Forgets where everything stood. */
  restart(): void {
    this.#cursors.clear();
  }

  async #begin(series: readonly Watched[]): Promise<Map<string, Cursor>> {
    const lastSteps = new Map<string, number>();
    for (const run of new Set(series.map((one) => one.run)))
      for (const [metric, { lastStep }] of Object.entries((await this.#store.get(run))?.metrics ?? {}))
        lastSteps.set(keyOf({ run, metric }), lastStep);
    const known = series.filter((one) => lastSteps.has(keyOf(one)));
    const ends = await this.#points(known, (one) => lastSteps.get(keyOf(one))!);
    const cursors = new Map(series.map((one) => [keyOf(one), NOTHING_YET]));
    known.forEach((one, index) => cursors.set(keyOf(one), after(NOTHING_YET, ends[index]!)[1]));
    return cursors;
  }

  async #points(series: readonly Watched[], from: (one: Watched) => number): Promise<Points[]> {
    if (series.length === 0) return [];
    const queries = series.map((one) => {
      const first = from(one);
      return { run: one.run, metric: one.metric, ...(Number.isFinite(first) ? { from: first } : {}) };
    });
    return (await this.#store.seriesMany(queries)) as Points[];
  }
}

/** The points past a cursor (undefined when there are none), and the cursor past them. */
function after(cursor: Cursor, points: Points): [Pick<Gained, "steps" | "values" | "timesMs"> | undefined, Cursor] {
  let skip = 0;
  while (skip < points.steps.length && points.steps[skip]! <= cursor.step && skip < cursor.atStep) skip++;
  if (skip === points.steps.length) return [undefined, cursor];
  const steps = points.steps.slice(skip);
  const step = steps.at(-1)!;
  const before = step === cursor.step ? cursor.atStep : 0;
  const atStep = before + steps.filter((other) => other === step).length;
  return [
    { steps, values: points.values.slice(skip), timesMs: points.timesMs.slice(skip) },
    { step, atStep },
  ];
}

const keyOf = ({ run, metric }: Watched): string => `${run}\n${metric}`;
