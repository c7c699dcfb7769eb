import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import type { Gained, Watched } from "../../messages/envelope.ts";
import type { RunPage } from "../../messages/run-page.ts";
import type { RunView } from "../../messages/run-view.ts";
import type { RunRecord } from "../../runs/model.ts";
import type { RunsHome } from "../../runs/open.ts";
import type { LiveRuns } from "../live-runs.ts";
import { LivePoints } from "../live-points.ts";
import type { Disposable, PageSource } from "../source.ts";
import { configAnswers } from "./config-answers.ts";
import { environmentAnswers } from "./environment-answers.ts";
import { EvaluationReader } from "./evaluations.ts";
import { FailureReader } from "./failure.ts";
import { logAnswers } from "./log-answers.ts";
import { OtherRuns } from "./others.ts";
import { runView } from "./run-view.ts";
import { seriesAnswers } from "./series-answers.ts";
import type { RunSurroundings } from "./surroundings.ts";
import { tableAnswers } from "./table-answers.ts";

/** The run page's source: one run of one store. */
export class RunSource implements PageSource<RunPage> {
  readonly #home: RunsHome;
  readonly #live: LiveRuns;
  readonly #run: string;
  readonly #around: RunSurroundings;
  readonly #points: LivePoints;
  readonly #others: OtherRuns;
  readonly #failure: FailureReader;
  readonly #evaluations: EvaluationReader;
  readonly answers: PageSource<RunPage>["answers"];

  constructor(home: RunsHome, live: LiveRuns, run: string, around: RunSurroundings) {
    this.#home = home;
    this.#live = live;
    this.#run = run;
    this.#around = around;
    this.#points = new LivePoints(home.store);
    this.#others = new OtherRuns(home.store);
    this.#failure = new FailureReader(home.paths.run(run));
    this.#evaluations = new EvaluationReader(home.paths.run(run));
    const record = (): Promise<RunRecord> => this.#record();
    this.answers = {
      ...seriesAnswers(home.store),
      ...tableAnswers(home.store),
      ...logAnswers(home.paths.run(run)),
      ...configAnswers(record),
      ...environmentAnswers(record),
    };
  }

  async view(): Promise<RunView> {
    return runView(await this.#record(), this.#others, this.#around, this.#failure, this.#evaluations);
  }

  gained(series: readonly Watched[]): Promise<Gained[]> {
    return this.#points.gained(series);
  }

  restart(): void {
    this.#points.restart();
  }

  epochOf(view: RunView): string {
    return view.segments.map(({ segment, fromStep }) => `${segment}:${fromStep}`).join(" ");
  }

  watch(changed: () => void): Disposable {
    const isShown = (run: string): boolean => run === this.#run || this.#others.has(run);
    const told = (runs: readonly string[]): void => {
      const news = runs.some(isShown);
      this.#others.changed(runs);
      if (news) changed();
    };
    return this.#live.watch(told, "page", [this.#run]);
  }

  async #record(): Promise<RunRecord> {
    const record = await this.#home.store.get(this.#run);
    if (record) return record;
    throw new UserError("run-not-found", t("Run {0} is no longer there.", this.#run), {
      advice: t("Close this page, or restore the run's folder."),
    });
  }
}
