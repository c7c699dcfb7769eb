/** How many of the newest steps the speed is taken from. */
const WINDOW = 50;
/** Steps that must have been timed before an end is foretold. */
const MIN_STEPS = 3;
/** What an evaluated row costs of a trained one, before an evaluation was measured (wasm, builtin:use-lite: 0.26). */
const EVALUATION_COST = 0.27;

/** Times steps and evaluations, and foretells the end from them. Durations in milliseconds. */
export class Pace {
  private readonly steps: { ms: number; rows: number }[] = [];
  private evaluationMs: number | undefined;
  private readonly evaluationRows: number;

  constructor(evaluationRows: number) {
    this.evaluationRows = evaluationRows;
  }

  step(ms: number, rows: number): void {
    this.steps.push({ ms, rows });
    if (this.steps.length > WINDOW) this.steps.shift();
  }

  /** An evaluation with what belongs to it (saving the checkpoint). */
  evaluation(ms: number): void {
    this.evaluationMs = ms;
  }

  /** Training rows a second over the newest steps; null before the first. */
  get samplesPerSecond(): number | null {
    const { ms, rows } = this.sums();
    return ms > 0 ? (rows / ms) * 1000 : null;
  }

  /** Milliseconds that so many steps and evaluations will take; null until there is enough to tell. */
  remainingMs(steps: number, evaluations: number): number | null {
    if (this.steps.length < MIN_STEPS) return null;
    const { ms, rows } = this.sums();
    const evaluationMs = this.evaluationMs ?? (ms / rows) * this.evaluationRows * EVALUATION_COST;
    return Math.round((ms / this.steps.length) * steps + evaluationMs * evaluations);
  }

  private sums(): { ms: number; rows: number } {
    return this.steps.reduce((sum, step) => ({ ms: sum.ms + step.ms, rows: sum.rows + step.rows }), { ms: 0, rows: 0 });
  }
}
