import type { ComparePage, CompareView } from "../../messages/compare-page.ts";
import type { Gained, Watched } from "../../messages/envelope.ts";
import type { RunsHome } from "../../runs/open.ts";
import { LivePoints } from "../live-points.ts";
import type { LiveRuns } from "../live-runs.ts";
import { runHead } from "../run/run-view.ts";
import { seriesAnswers } from "../run/series-answers.ts";
import type { RunSurroundings } from "../run/surroundings.ts";
import { tableAnswers } from "../run/table-answers.ts";
import type { Disposable, PageSource } from "../source.ts";

/** The compare page's source: runs of one store. */
export class CompareSource implements PageSource<ComparePage> {
  readonly #home: RunsHome;
  readonly #live: LiveRuns;
  readonly #runs: readonly string[];
  readonly #around: RunSurroundings;
  readonly #points: LivePoints;
  readonly answers: PageSource<ComparePage>["answers"];

  constructor(home: RunsHome, live: LiveRuns, runs: readonly string[], around: RunSurroundings) {
    this.#home = home;
    this.#live = live;
    this.#runs = runs;
    this.#around = around;
    this.#points = new LivePoints(home.store);
    this.answers = { ...seriesAnswers(home.store), ...tableAnswers(home.store) };
  }

  async view(): Promise<CompareView> {
    const { store } = this.#home;
    const records = await Promise.all(this.#runs.map((run) => store.get(run)));
    const found = records.filter((record) => record !== undefined);
    return {
      runs: await Promise.all(
        found.map(async (record) => ({
          ...(await runHead(record, store)),
          commit: null,
          uncommitted: null,
          durationMs: record.startedMs === null ? null : (record.endedMs ?? Date.now()) - record.startedMs,
          stepsPerSecond: null,
          peakMemoryBytes: null,
          evaluations: record.metrics["eval/loss"]?.count ?? 0,
        })),
      ),
      missing: this.#runs.filter((run) => !found.some(({ id }) => id === run)),
      baseline: this.#around.baseline() ?? found[0]?.id ?? "",
      config: [],
      environment: [],
      sameData: null,
      trainRows: null,
      evalRows: null,
      seed: null,
      finals: [],
    };
  }

  gained(series: readonly Watched[]): Promise<Gained[]> {
    return this.#points.gained(series);
  }

  epochOf(view: CompareView): string {
    return view.runs.map(({ id, segments }) => `${id} ${segments.length}`).join("\n");
  }

  watch(changed: () => void): Disposable {
    return this.#live.watch((runs) => {
      if (runs.some((run) => this.#runs.includes(run))) changed();
    }, "page");
  }
}
