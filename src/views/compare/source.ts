import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import type { ComparePage, CompareView, PageComparedRun, PageDifference } from "../../messages/compare-page.ts";
import type { Gained, Watched } from "../../messages/envelope.ts";
import { diffCode } from "../../runs/code-diff.ts";
import { compareKeys, finalsAtBest, type KeyComparison } from "../../runs/compare.ts";
import { isTerminal, type RunRecord } from "../../runs/model.ts";
import type { RunsHome } from "../../runs/open.ts";
import { LivePoints } from "../live-points.ts";
import type { LiveRuns } from "../live-runs.ts";
import { seriesAnswers } from "../run/series-answers.ts";
import type { RunSurroundings } from "../run/surroundings.ts";
import { tableAnswers } from "../run/table-answers.ts";
import type { Disposable, PageSource } from "../source.ts";
import { codeOf, type RunCode } from "./code-state.ts";
import { comparedRun } from "./compared-run.ts";
import { environmentKeys } from "./environment-keys.ts";

/** One run as it was last read. */
interface Read {
  record: RunRecord;
  code: RunCode;
  shown: PageComparedRun;
}

/** What a run is called is no setting of it. */
const NAMES_OF_CONFIG = /^run\.(?:name|tags|notes?|output_dir)$/;

/** The compare page's source: runs of one store. */
export class CompareSource implements PageSource<ComparePage> {
  readonly #home: RunsHome;
  readonly #live: LiveRuns;
  readonly #runs: readonly string[];
  readonly #around: RunSurroundings;
  readonly #points: LivePoints;
  /** Runs that have ended stay as they are until the store tells of a change. */
  readonly #ended = new Map<string, Read>();
  /** What a run was started with does not change while it runs; a resume begins anew. */
  readonly #codes = new Map<string, RunCode>();
  /** Goes up with everything told: what was read before is not kept after. */
  #told = 0;
  readonly answers: PageSource<ComparePage>["answers"];

  constructor(home: RunsHome, live: LiveRuns, runs: readonly string[], around: RunSurroundings) {
    this.#home = home;
    this.#live = live;
    this.#runs = [...new Set(runs)];
    this.#around = around;
    this.#points = new LivePoints(home.store);
    this.answers = {
      ...seriesAnswers(home.store),
      ...tableAnswers(home.store),
      codeChanges: ({ a, b }) => this.#codeChanges(a, b),
    };
  }

  async view(): Promise<CompareView> {
    const read = await Promise.all(this.#runs.map((run) => this.#read(run)));
    const found = read.filter((one) => one !== undefined);
    const records = found.map(({ record }) => record);
    const baseline = records.find(({ id }) => id === this.#around.baseline()) ?? records[0];
    return {
      runs: found.map(({ shown }) => shown),
      missing: this.#runs.filter((_, index) => read[index] === undefined),
      baseline: baseline?.id ?? "",
      config: compareKeys(records.map(({ config }) => config))
        .filter(({ key }) => !NAMES_OF_CONFIG.test(key))
        .map(asDifference),
      environment: compareKeys(found.map(({ record, code }) => environmentKeys(record, code))).map(asDifference),
      finals: finalsAtBest(records),
    };
  }

  gained(series: readonly Watched[]): Promise<Gained[]> {
    return this.#points.gained(series);
  }

  restart(): void {
    this.#points.restart();
    // While nobody looked nothing was told.
    this.#ended.clear();
    this.#codes.clear();
    this.#told++;
  }

  epochOf(view: CompareView): string {
    return view.runs
      .map(({ id, segments }) => `${id} ${segments.map(({ segment, fromStep }) => `${segment}:${fromStep}`).join(" ")}`)
      .join("\n");
  }

  watch(changed: () => void): Disposable {
    return this.#live.watch(
      (runs) => {
        for (const run of runs) this.#ended.delete(run);
        this.#told++;
        if (runs.some((run) => this.#runs.includes(run))) changed();
      },
      "page",
      this.#runs,
    );
  }

  async #read(run: string): Promise<Read | undefined> {
    const known = this.#ended.get(run);
    if (known) return known;
    const told = this.#told;
    const record = await this.#home.store.get(run);
    if (!record) return undefined;
    const code = this.#codes.get(run) ?? (await codeOf(record));
    // Before a run's process is there, its environment may not be on record yet.
    if (record.segments.length > 0) this.#codes.set(run, code);
    const read = { record, code, shown: await comparedRun(record, code, this.#home.store) };
    if (isTerminal(record.state) && told === this.#told) this.#ended.set(run, read);
    return read;
  }

  async #codeChanges(a: string, b: string) {
    const diff = await diffCode(await this.#record(a), await this.#record(b));
    diff.dispose();
    return diff.changes;
  }

  async #record(run: string): Promise<RunRecord> {
    const record = this.#runs.includes(run) ? await this.#home.store.get(run) : undefined;
    if (record) return record;
    throw new UserError("run-not-found", t("Run {0} is no longer there.", run), {
      advice: t("Close this page, or restore the run's folder."),
    });
  }
}

const asDifference = ({ key, values, present, differs }: KeyComparison): PageDifference => ({
  key,
  values: values.map((value, index) => ({ value: value ?? null, absent: present[index] !== true })),
  differs,
});
