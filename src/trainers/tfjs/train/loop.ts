import { setImmediate as yieldToEvents } from "node:timers/promises";
import type { Random } from "../../../base/random.ts";
import { formatDuration } from "../../../base/format.ts";
import type { EventWriter } from "../../../journal/writer.ts";
import type { ClassifierModel } from "../models/model.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Schedule } from "../optim/schedule.ts";
import type { TrainingState } from "../checkpoint/format.ts";
import type { CheckpointKeeper } from "../checkpoint/keeper.ts";
import type { BestTracker } from "./best.ts";
import type { Evaluator } from "./evaluator.ts";
import { notFinite } from "./failure.ts";
import type { Pace } from "./pace.ts";
import { epochOf, evaluationsLeft, isEvaluationPoint, type TrainingPlan } from "./plan.ts";
import type { ProgressReport } from "./progress-report.ts";
import { epochOrder, microBatches, type TokenRows } from "./rows.ts";
import { trainStep } from "./step.ts";
import type { StopRequest } from "./stop.ts";

/** From here on a run is worth a warning. */
const LONG_RUN_MS = 3_600_000;

/** Everything the loop works with, set up and (on a resume) brought to where training stands. */
export interface LoopParts {
  plan: TrainingPlan;
  rows: TokenRows;
  model: ClassifierModel;
  optimizer: Optimizer;
  schedule: Schedule;
  dropout: Random;
  best: BestTracker;
  /** null without evaluation (no rows for it, or `eval.strategy: no`). */
  evaluator: Evaluator | null;
  keeper: CheckpointKeeper;
  journal: EventWriter;
  progress: ProgressReport;
  pace: Pace;
  stop: StopRequest;
  /** Called once, after the first step of this process. */
  afterFirstStep: () => void;
}

/** How a loop ended; what went wrong comes as an error instead. */
export interface LoopEnd {
  outcome: "finished" | "stopped";
  /** Why it ended before the plan, when early stopping ended it. */
  reason?: string;
  code?: string;
}

/**
 * Trains to the plan's end. An evaluation and a checkpoint belong to every evaluation point and to the last step. A stop
 * ends after the step in hand, or within an evaluation: it saves and does not evaluate (any more); the checkpoint then
 * says that its evaluation is due, and a resume makes up for it before its first step.
 */
export class TrainingLoop {
  private readonly parts: LoopParts;
  private done: number;
  private evaluationDue: boolean;
  private foretold = false;
  private order: { epoch: number; rows: number[] } | undefined;

  /**
   * @param done optimizer steps that are behind us
   * @param evaluationDue whether step `done` still lacks its evaluation
   */
  constructor(parts: LoopParts, done: number, evaluationDue: boolean) {
    this.parts = parts;
    this.done = done;
    this.evaluationDue = evaluationDue;
  }

  /** Optimizer steps done so far, counted from the start of the run. */
  get step(): number {
    return this.done;
  }

  async run(): Promise<LoopEnd> {
    const { plan, stop, best, progress, afterFirstStep } = this.parts;
    const from = this.done;
    progress.enter(undefined, { step: from, total: plan.total, epoch: epochOf(plan, from) });
    for (;;) {
      if (this.evaluationDue) await this.evaluationPoint();
      // Not before the evaluation: one that is still due means that the stop came first.
      if (stop.requested && (this.evaluationDue || this.done < plan.total)) return this.stopped();
      if (best.exhausted || this.done >= plan.total) return this.finished();
      await this.nextStep();
      if (this.done === from + 1) afterFirstStep();
      // Signals and timers get their turn between steps; a backend never waits for anything.
      await yieldToEvents();
    }
  }

  private async nextStep(): Promise<void> {
    const { plan, rows, model, optimizer, schedule, dropout, journal, pace } = this.parts;
    const startedMs = performance.now();
    const rate = schedule.rate(this.done);
    const batches = microBatches(
      this.epochRows(Math.floor(this.done / plan.stepsPerEpoch)),
      this.done % plan.stepsPerEpoch,
      plan.batchSize,
      plan.accumulation,
    );
    const result = await trainStep(model, optimizer, rows, batches, dropout, { rate, maxNorm: plan.maxNorm });
    const step = this.done + 1;
    const tookMs = performance.now() - startedMs;
    pace.step(tookMs, result.rows);
    journal.write({
      t: "metrics",
      step,
      values: {
        "train/loss": result.loss,
        "train/learning_rate": rate,
        "train/grad_norm": result.gradNorm,
        "train/samples_per_second": (result.rows / tookMs) * 1000,
      },
    });
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradNorm)) throw notFinite(step, rate, result);
    this.done = step;
    this.evaluationDue = isEvaluationPoint(plan, step);
    this.report();
  }

  /** Evaluates and saves; leaves the evaluation due when a stop came in between. */
  private async evaluationPoint(): Promise<void> {
    const { evaluator, schedule, best, keeper, progress, pace, stop } = this.parts;
    const startedMs = performance.now();
    let metrics: Record<string, number> = {};
    let isBest = false;
    if (evaluator) {
      const measured = stop.requested ? undefined : await evaluator.measure(this.done, () => stop.requested);
      if (!measured) return;
      metrics = measured.metrics;
      isBest = best.observe(this.done, measured.deciding);
      schedule.observe(measured.deciding);
    }
    this.evaluationDue = false;
    progress.enter("saving a checkpoint");
    keeper.save(this.done, epochOf(this.parts.plan, this.done), this.state(), metrics, isBest);
    pace.evaluation(performance.now() - startedMs);
    progress.enter(undefined);
  }

  private finished(): LoopEnd {
    const { best, evaluator, plan } = this.parts;
    if (!best.exhausted || this.done >= plan.total) return { outcome: "finished" };
    const { best: top, badEvaluations } = best.state;
    const where = top ? `, the best is ${top.value} at step ${top.step}` : "";
    return {
      outcome: "finished",
      reason: `Stopped early at step ${this.done} of ${plan.total}: ${evaluator?.decidingMetric} has not become better in ${badEvaluations} evaluations${where}.`,
      code: "early-stopping",
    };
  }

  private stopped(): LoopEnd {
    const { keeper, plan } = this.parts;
    if (this.done > 0 && keeper.savedStep !== this.done) {
      keeper.save(this.done, epochOf(plan, this.done), this.state(), {}, false);
    }
    return { outcome: "stopped" };
  }

  private state(): TrainingState {
    const { plan, optimizer, schedule, dropout, best } = this.parts;
    return {
      optimizerStep: optimizer.state().step,
      dropout: dropout.state(),
      schedule: schedule.state(),
      best: best.state,
      position: { epoch: Math.floor(this.done / plan.stepsPerEpoch), step: this.done % plan.stepsPerEpoch },
      evaluationDue: this.evaluationDue,
    };
  }

  private epochRows(epoch: number): number[] {
    if (this.order?.epoch !== epoch) {
      this.order = { epoch, rows: epochOrder(this.parts.plan.seed, epoch, this.parts.rows.count) };
    }
    return this.order.rows;
  }

  private report(): void {
    const { plan, pace, progress } = this.parts;
    const etaMs = pace.remainingMs(plan.total - this.done, evaluationsLeft(plan, this.done));
    if (etaMs !== null) this.warnOfLongRun(etaMs);
    progress.update({
      step: this.done,
      total: plan.total,
      epoch: epochOf(plan, this.done),
      samplesPerSecond: pace.samplesPerSecond,
      etaMs,
    });
  }

  /** Said once, as soon as the end can be foretold. */
  private warnOfLongRun(etaMs: number): void {
    if (this.foretold) return;
    this.foretold = true;
    if (etaMs < LONG_RUN_MS) return;
    const message = `This run will take about ${formatDuration(etaMs)} more. A shorter data.max_length, fewer epochs or a native backend (tuning-fork install-runtime) shorten it.`;
    this.parts.journal.write({ t: "alert", level: "warning", code: "long-run", message, step: this.done });
  }
}
