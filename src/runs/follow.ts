import { sleep, systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import type { AnyEvent } from "../journal/events.ts";
import { JournalTail } from "../journal/reader.ts";
import { runFile } from "./layout.ts";
import { isTerminal, type RunRecord } from "./model.ts";
import type { RunsHome } from "./open.ts";

export interface FollowOptions {
  /** Leave out what earlier segments logged. */
  fromSegment: number;
  /** Ends the following; the run goes on. */
  signal?: AbortSignal | undefined;
  pollMs?: number;
}

/** How often a follower looks whether the run's processes are still there, and gives a live trainer a new runner. */
const RECONCILE_EVERY_MS = 5000;

/**
 * Yields what a run's journals gain, in order of time, once a poll (also when nothing came, so that a view can tick), until
 * the run has ended. Returns its final record; undefined when the signal ended the following.
 * A runner that dies meanwhile is replaced, as by anybody who opens the store.
 */
export async function* followRun(
  home: RunsHome,
  run: Pick<RunRecord, "id" | "dir">,
  options: FollowOptions,
): AsyncGenerator<AnyEvent[], RunRecord | undefined> {
  const tails = [runFile(run.dir, "events"), runFile(run.dir, "runner")].map((path) =>
    segmentTail(path, options.fromSegment),
  );
  let reconciledMs = systemClock();
  for (;;) {
    const batch = tails.flatMap((tail) => tail()).sort((a, b) => a.timeMs - b.timeMs);
    yield batch;
    if (options.signal?.aborted) return undefined;
    const ended = batch.findLast((event) => event.t === "state");
    const due = systemClock() - reconciledMs >= RECONCILE_EVERY_MS;
    if (due) {
      await home.reconcile();
      reconciledMs = systemClock();
    }
    if (due || (ended && isTerminal(ended.state))) {
      const record = await currentRecord(home, run.id);
      // The runner's last state is written after the trainer has gone, but its journal may have been read before that.
      if (isTerminal(record.state)) {
        const rest = tails.flatMap((tail) => tail());
        if (rest.length > 0) yield rest.sort((a, b) => a.timeMs - b.timeMs);
        return record;
      }
    }
    await sleep(options.pollMs ?? 200);
  }
}

/** The record of a run, everything its journals hold at this moment included. Throws `run-not-found` for one removed meanwhile. */
export async function currentRecord(home: RunsHome, id: string): Promise<RunRecord> {
  await home.store.sync();
  const record = await home.store.get(id);
  if (!record) throw new UserError("run-not-found", t("Run {0} was removed meanwhile.", id));
  return record;
}

const SHOWN_WITHIN_MS = 3000;

/**
 * The record of a run once the runner of a segment has written its first lines, so that it no longer shows how the segment
 * before ended. A runner that takes longer is not waited for.
 */
export async function begunRecord(home: RunsHome, id: string, segment: number): Promise<RunRecord> {
  for (const untilMs = systemClock() + SHOWN_WITHIN_MS; ; await sleep(20)) {
    const record = await currentRecord(home, id);
    if ((record.segments.at(-1)?.segment ?? 0) >= segment || systemClock() >= untilMs) return record;
  }
}

function segmentTail(path: string, fromSegment: number): () => AnyEvent[] {
  const tail = new JournalTail(path);
  let segment = 0;
  return () => {
    const events: AnyEvent[] = [];
    for (let before = -1; before !== tail.offset;) {
      before = tail.offset;
      for (const event of tail.read().events) {
        if (event.t === "journal") segment = event.segment;
        if (segment >= fromSegment) events.push(event);
      }
    }
    return events;
  };
}
