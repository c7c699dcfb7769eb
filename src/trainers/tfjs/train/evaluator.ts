import { setImmediate as yieldToEvents } from "node:timers/promises";
import { UserError } from "../../../base/errors.ts";
import { higherIsBetter, METRICS_OF_TASK } from "../../../config/metrics.ts";
import type { EventWriter } from "../../../journal/writer.ts";
import { evaluate } from "../eval/evaluate.ts";
import { confusionTable, reportTable, samplesTable } from "../eval/tables.ts";
import type { ClassifierModel } from "../models/model.ts";
import type { ProgressReport } from "./progress-report.ts";
import type { TokenRows } from "./rows.ts";

/** Metric names of the config, checked: what is logged, and what decides which checkpoint is best. */
export interface MetricChoice {
  /** Names without prefix, `loss` first. */
  logged: string[];
  /** Name without prefix. */
  deciding: string;
  greaterIsBetter: boolean;
}

/** @throws UserError for a metric the task does not have */
export function chooseMetrics(metrics: readonly string[], best: string): MetricChoice {
  const known = METRICS_OF_TASK["text-classification"];
  const bare = (name: string): string => name.replace(/^eval[/_]/, "");
  const unknown = [...metrics, best].find((name) => !known.includes(bare(name)));
  if (unknown !== undefined) {
    throw new UserError("metric-unknown", `The metric ${unknown} is not measured for text-classification.`, {
      advice: `Choose among ${known.join(", ")}.`,
    });
  }
  const deciding = bare(best);
  const logged = known.filter((name) => name === "loss" || metrics.map(bare).includes(name));
  return { logged, deciding, greaterIsBetter: higherIsBetter(deciding) };
}

/** Those of the values that are logged, under their logged names (`eval/loss`). */
export function loggedMetrics(values: Record<string, number>, { logged }: MetricChoice): Record<string, number> {
  return Object.fromEntries(logged.flatMap((name) => (name in values ? [[`eval/${name}`, values[name]!]] : [])));
}

/** Measures the model on the evaluation rows and writes what it finds into the journal. */
export class Evaluator {
  private readonly model: ClassifierModel;
  private readonly rows: TokenRows;
  private readonly choice: MetricChoice;
  private readonly journal: EventWriter;
  private readonly progress: ProgressReport;

  constructor(
    model: ClassifierModel,
    rows: TokenRows,
    choice: MetricChoice,
    journal: EventWriter,
    progress: ProgressReport,
  ) {
    this.model = model;
    this.rows = rows;
    this.choice = choice;
    this.journal = journal;
    this.progress = progress;
  }

  get decidingMetric(): string {
    return `eval/${this.choice.deciding}`;
  }

  /** @returns the logged metrics and the value of the deciding one; undefined when asked to give up. */
  async measure(
    step: number,
    giveUp: () => boolean,
  ): Promise<{ metrics: Record<string, number>; deciding: number } | undefined> {
    this.progress.enter("evaluating");
    const evaluation = await evaluate(this.model, this.rows, async () => {
      this.progress.update({});
      await yieldToEvents();
      return !giveUp();
    });
    this.progress.enter(undefined);
    if (!evaluation) return undefined;
    const values: Record<string, number> = { loss: evaluation.loss, ...evaluation.metrics };
    const metrics = loggedMetrics(values, this.choice);
    this.journal.write({ t: "metrics", step, values: metrics });
    const { labels } = this.model;
    for (const table of [
      confusionTable(evaluation, labels),
      reportTable(evaluation),
      samplesTable(evaluation, this.rows.examples, labels),
    ]) {
      this.journal.write({ t: "table", step, ...table });
    }
    return { metrics, deciding: values[this.choice.deciding]! };
  }
}
