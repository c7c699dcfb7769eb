import type { RunRecord } from "../../runs/model.ts";
import type { Points, RunStore, SeriesQuery } from "../../store/port.ts";

/** The first logged step of a segment is looked for among this many steps, or this share of the segment. */
const FIRST_STEPS = 100;
const FIRST_SHARE = 0.02;

/**
 * Optimizer steps a second over a run's newest segment, from its first to its last logged step: evaluations and saving
 * count, loading before the first step does not. Null with fewer than two logged steps.
 */
export async function stepsPerSecond(record: RunRecord, store: Pick<RunStore, "seriesMany">): Promise<number | null> {
  const metric = record.metrics["train/loss"]
    ? "train/loss"
    : Object.keys(record.metrics).find((name) => name.startsWith("train/"));
  if (metric === undefined) return null;
  const last = record.metrics[metric]!.lastStep;
  const from = record.segments.at(-1)?.fromStep ?? 0;
  const reach = Math.max(FIRST_STEPS, Math.ceil((last - from) * FIRST_SHARE));
  const query: Omit<SeriesQuery, "from"> = { run: record.id, metric };
  const [head, tail] = (await store.seriesMany([
    { ...query, from: from + 1, to: from + reach },
    { ...query, from: last },
  ])) as [Points, Points];
  const steps = (tail.steps.at(-1) ?? 0) - (head.steps[0] ?? Number.POSITIVE_INFINITY);
  const tookMs = (tail.timesMs.at(-1) ?? 0) - (head.timesMs[0] ?? 0);
  return steps > 0 && tookMs > 0 ? (steps * 1000) / tookMs : null;
}
