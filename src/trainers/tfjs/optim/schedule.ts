/** `train.lr_scheduler_type`. */
export type ScheduleType = "linear" | "cosine" | "constant" | "constant_with_warmup" | "reduce_lr_on_plateau";

export interface ScheduleSettings {
  type: ScheduleType;
  /** Peak learning rate. */
  rate: number;
  /** Optimizer steps of the whole run. */
  total: number;
  /** How many of them warm up; `constant` has no warm-up. */
  warmup: number;
  /** Whether a greater value of the observed metric is better (plateau only). */
  greaterIsBetter: boolean;
}

/** What the plateau schedule must have back to go on; the others are functions of the step alone. */
export interface ScheduleState {
  factor: number;
  best: number | null;
  badEvaluations: number;
}

/**
 * `reduce_lr_on_plateau`: ×0.1 after two evaluations in a row that are not better by 1e-4 of the best value. Factor and
 * threshold are those of torch's `ReduceLROnPlateau`; its patience of 10 would never be reached in a usual fine-tune.
 */
export const PLATEAU = { factor: 0.1, patience: 1, threshold: 1e-4 } as const;

/**
 * Learning rate over the steps of a run: the formulas of Hugging Face's `get_*_schedule_with_warmup`. Step k (from 1)
 * uses `rate(k - 1)`, so the first step of a warm-up has rate 0 and the last step of `linear` is just above 0.
 */
export class Schedule {
  private readonly settings: ScheduleSettings;
  private plateau: ScheduleState = { factor: 1, best: null, badEvaluations: 0 };

  constructor(settings: ScheduleSettings) {
    this.settings = settings;
  }

  /** Rate of the update that follows `done` finished optimizer steps (0 before the first). */
  rate(done: number): number {
    const { type, rate, warmup } = this.settings;
    if (type !== "constant" && done < warmup) return (rate * done) / warmup;
    return rate * this.factorAfterWarmup(done);
  }

  /** Tells an evaluation's value of `checkpoint.metric_for_best_model`; only the plateau schedule listens. */
  observe(value: number): void {
    if (this.settings.type !== "reduce_lr_on_plateau") return;
    if (this.improves(value)) this.plateau = { ...this.plateau, best: value, badEvaluations: 0 };
    else if (++this.plateau.badEvaluations > PLATEAU.patience) {
      this.plateau = { ...this.plateau, factor: this.plateau.factor * PLATEAU.factor, badEvaluations: 0 };
    }
  }

  state(): ScheduleState {
    return { ...this.plateau };
  }

  load(state: ScheduleState): void {
    this.plateau = { ...state };
  }

  private factorAfterWarmup(done: number): number {
    const { type, total, warmup } = this.settings;
    const span = Math.max(1, total - warmup);
    if (type === "linear") return Math.max(0, (total - done) / span);
    if (type === "cosine") return 0.5 * (1 + Math.cos(Math.PI * Math.min(1, (done - warmup) / span)));
    if (type === "reduce_lr_on_plateau") return this.plateau.factor;
    return 1;
  }

  private improves(value: number): boolean {
    const { best } = this.plateau;
    if (Number.isNaN(value)) return false;
    if (best === null) return true;
    const margin = Math.abs(best) * PLATEAU.threshold;
    return this.settings.greaterIsBetter ? value > best + margin : value < best - margin;
  }
}
