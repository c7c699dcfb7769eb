/** What early stopping and the best checkpoint must have back after a resume. */
export interface BestState {
  /** Step and value of the best evaluation so far; null before the first. */
  best: { step: number; value: number } | null;
  /** Evaluations in a row without a better value. */
  badEvaluations: number;
}

/** Follows one metric over the evaluations: which step is best, and whether it is time to stop. */
export class BestTracker {
  private readonly greaterIsBetter: boolean;
  private readonly patience: number | null;
  private current: BestState = { best: null, badEvaluations: 0 };

  /** @param patience evaluations without a better value until `exhausted`; null = never */
  constructor(greaterIsBetter: boolean, patience: number | null) {
    this.greaterIsBetter = greaterIsBetter;
    this.patience = patience;
  }

  /** Takes an evaluation in; true when it is the best so far. NaN is never better. */
  observe(step: number, value: number): boolean {
    const { best } = this.current;
    const better =
      !Number.isNaN(value) && (best === null || (this.greaterIsBetter ? value > best.value : value < best.value));
    this.current = better
      ? { best: { step, value }, badEvaluations: 0 }
      : { best, badEvaluations: this.current.badEvaluations + 1 };
    return better;
  }

  get exhausted(): boolean {
    return this.patience !== null && this.current.badEvaluations >= this.patience;
  }

  get state(): BestState {
    return this.current;
  }

  load(state: BestState): void {
    this.current = state;
  }
}
