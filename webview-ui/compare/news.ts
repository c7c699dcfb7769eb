import { formatMetric } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunState } from "../../src/base/run-states.ts";
import { stateLook } from "../shared/state-words.ts";
import { shortMetric, type Comparison } from "./runs.ts";

/** What screen readers are told as the runs go on: a run's new state, another best run. Nothing of what was there before. */
export class CompareNews {
  readonly #states = new Map<string, RunState>();
  #best: string | undefined;

  /** Sentences by kind; none for the first state of the page. */
  of({ runs, best, deciding }: Comparison): [kind: string, sentence: string][] {
    const news: [string, string][] = [];
    for (const { run } of runs) {
      const before = this.#states.get(run.id);
      this.#states.set(run.id, run.state);
      if (before !== undefined && before !== run.state)
        news.push([`state ${run.id}`, t("{0}: {1}.", run.name, stateLook(run.state).word)]);
    }
    const before = this.#best;
    this.#best = best;
    const winner = runs.find(({ run }) => run.id === best);
    if (winner && deciding && before !== undefined && before !== best) {
      const value = formatMetric(winner.result, deciding.metric);
      news.push(["best", t("{0} is best now: {1} {2}.", winner.run.name, shortMetric(deciding.metric), value)]);
    }
    return news;
  }
}
