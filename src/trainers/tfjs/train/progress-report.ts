import type { Clock } from "../../../base/clock.ts";
import type { EventWriter } from "../../../journal/writer.ts";

/** At most twice a second. */
const INTERVAL_MS = 500;

export interface ProgressFigures {
  step: number;
  total: number | null;
  epoch: number | null;
  samplesPerSecond: number | null;
  etaMs: number | null;
}

/** Writes `progress` events, no more often than the journal wants them; a new phase is told at once. */
export class ProgressReport {
  private readonly journal: EventWriter;
  private readonly clock: Clock;
  private lastMs = Number.NEGATIVE_INFINITY;
  private phase: string | undefined;
  private figures: ProgressFigures;

  /** @param step the step the segment goes on from, so that a resume does not look like a fresh start */
  constructor(journal: EventWriter, clock: Clock, step: number) {
    this.journal = journal;
    this.clock = clock;
    this.figures = { step, total: null, epoch: null, samplesPerSecond: null, etaMs: null };
  }

  /** What is going on beside training; undefined = training. */
  enter(phase: string | undefined, figures: Partial<ProgressFigures> = {}): void {
    this.phase = phase;
    this.figures = { ...this.figures, ...figures };
    this.write();
  }

  /** New figures, or other words for what goes on; left out when the last event is too young. */
  update(figures: Partial<ProgressFigures>, phase = this.phase): void {
    this.figures = { ...this.figures, ...figures };
    this.phase = phase;
    if (this.clock() - this.lastMs >= INTERVAL_MS) this.write();
  }

  private write(): void {
    this.lastMs = this.clock();
    this.journal.write({ t: "progress", ...this.figures, ...(this.phase === undefined ? {} : { phase: this.phase }) });
  }
}
