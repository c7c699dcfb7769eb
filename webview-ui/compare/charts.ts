/** The charts of one compare page: what they share, and the curves they draw. */
import type { ComparePage } from "../../src/messages/compare-page.ts";
import { Curves } from "../charts/curves.ts";
import { ChartGroup } from "../charts/group.ts";
import { chartRun } from "../charts/run-specs.ts";
import type { Host } from "../shared/host.ts";
import { MOST_COLOURED, type Comparison } from "./runs.ts";

export class CompareCharts {
  readonly group: ChartGroup;
  readonly curves: Curves;
  readonly #host: Host<ComparePage>;

  /**
   * @param count how many runs are compared: bands of very many would only be fog
   * @param state as kept by an earlier page
   */
  constructor(host: Host<ComparePage>, count: number, state: unknown) {
    this.#host = host;
    const smoothing = host.remembered["smoothing"];
    this.group = new ChartGroup(typeof smoothing === "number" ? smoothing : undefined);
    this.group.band = count > MOST_COLOURED ? "none" : "minmax";
    this.group.fromState(state);
    this.curves = new Curves({
      series: (series) => host.ask("series", { series }),
      clock: (run) => host.ask("clock", { run }),
      watch: (series) => host.watch(series, this),
    });
    host.listen({
      points: (points) => this.curves.points(points),
      view: (_view, isFresh) => isFresh && this.curves.refresh(),
    });
  }

  /** Tells the charts of a new state of the page. */
  show({ runs, baseline }: Comparison, isDifference: boolean): void {
    const known = runs.map(({ run }) => chartRun(run));
    this.group.setRuns(known);
    this.curves.setLive(known.filter(({ isLive }) => isLive).map(({ id }) => id));
    const difference = isDifference ? baseline.run.id : undefined;
    if (this.group.difference !== difference) this.group.difference = difference;
  }

  /** Keeps the smoothing for the workspace, once it has changed. */
  remember(): void {
    const { smoothing } = this.group;
    if (this.#host.remembered["smoothing"] !== smoothing) this.#host.remember("smoothing", smoothing);
  }
}
