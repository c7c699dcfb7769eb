import { formatCount, formatMetric } from "../../../base/format.ts";
import type { EventWriter, NewEvent } from "../../../journal/writer.ts";

/**
 * A journal that also says the milestones on stdout, which is the run's `output.log`: whoever reads only the log follows
 * the training too. Steps are left to the journal; a line for each would bury the rest.
 */
export class SpokenJournal implements EventWriter {
  private readonly journal: EventWriter;

  constructor(journal: EventWriter) {
    this.journal = journal;
    // A full disk must not end the training for the sake of its log.
    process.stdout.on("error", () => undefined);
    process.stderr.on("error", () => undefined);
  }

  get lost(): number {
    return this.journal.lost;
  }

  get error(): string | undefined {
    return this.journal.error;
  }

  write(event: NewEvent): void {
    this.journal.write(event);
    const line = lineOf(event);
    if (line !== undefined) process.stdout.write(`${line}\n`);
  }

  flushSync(): void {
    this.journal.flushSync();
  }

  close(): Promise<void> {
    return this.journal.close();
  }
}

function lineOf(event: NewEvent): string | undefined {
  switch (event.t) {
    case "start": {
      const { backend, trainRows, evalRows } = event.facts;
      return `Training on ${String(trainRows)} rows, evaluating on ${String(evalRows)}: ${event.total} steps on ${String(backend)}.`;
    }
    case "metrics": {
      const measured = Object.entries(event.values).filter(([name]) => name.startsWith("eval/"));
      if (measured.length === 0) return undefined;
      return `Step ${formatCount(event.step)}: ${measured.map(([name, value]) => `${name} ${formatMetric(value, name)}`).join(", ")}`;
    }
    case "checkpoint":
      return `Step ${formatCount(event.step)}: checkpoint ${event.path}${event.best ? ", the best so far" : ""}`;
    case "alert":
      return event.level === "error" ? undefined : `Step ${event.step ?? "–"}: ${event.message}`;
    case "end":
      return event.outcome === "failed"
        ? undefined
        : `${event.outcome === "finished" ? "Finished" : "Stopped"} at step ${formatCount(event.step)}.`;
    default:
      return undefined;
  }
}
