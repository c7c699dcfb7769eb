import type { Gained } from "../../src/messages/envelope.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { Host } from "../shared/host.ts";

/** Points a small curve is drawn from; live ones come on top until it has twice as many. */
const POINTS = 80;

/** The small curves of the figures: a few dozen values a metric, live. */
export class SparkData {
  readonly #host: Host<RunPage>;
  readonly #changed: () => void;
  readonly #values = new Map<string, number[]>();
  #run = "";
  #metrics: readonly string[] = [];
  #asking: AbortController | undefined;
  #stop: () => void = () => {};

  constructor(host: Host<RunPage>, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  start(): void {
    this.#stop = this.#host.listen({
      points: (points) => this.#take(points),
      view: (_view, fresh) => fresh && this.#ask(),
    });
  }

  stop(): void {
    this.#stop();
    this.#asking?.abort();
    this.#host.watch([], this);
    this.#metrics = [];
  }

  /** Which metrics are drawn now. */
  show(run: string, metrics: readonly string[]): void {
    if (run === this.#run && metrics.join("\n") === this.#metrics.join("\n")) return;
    this.#run = run;
    this.#metrics = metrics;
    this.#host.watch(
      metrics.map((metric) => ({ run, metric })),
      this,
    );
    this.#ask();
  }

  values(metric: string): readonly number[] {
    return this.#values.get(metric) ?? [];
  }

  #ask(): void {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const series = this.#metrics.map((metric) => ({ run: this.#run, metric, buckets: POINTS }));
    if (series.length === 0) return;
    this.#host.ask("series", { series }, asking.signal).then(
      (answers) => {
        answers.forEach(({ mean }, index) => this.#values.set(series[index]!.metric, [...mean]));
        this.#changed();
      },
      () => {}, // a figure without its small curve is still a figure
    );
  }

  #take(points: readonly Gained[]): void {
    for (const { run, metric, values } of points) {
      if (run !== this.#run || !this.#metrics.includes(metric)) continue;
      const all = [...this.values(metric), ...values];
      this.#values.set(metric, all);
      if (all.length > 2 * POINTS) return this.#ask();
      this.#changed();
    }
  }
}
