import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Random } from "../../src/base/random.ts";
import type { AnyEvent } from "../../src/journal/events.ts";
import { JournalTail } from "../../src/journal/reader.ts";

/** A folder for a test file's scratch data, removed after its tests. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-journal-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Everything a journal file holds now, read in small pieces. */
export function readWhole(path: string, pieceBytes?: number): { events: AnyEvent[]; damaged: number; offset: number } {
  const tail = new JournalTail(path);
  const events: AnyEvent[] = [];
  let damaged = 0;
  for (let before = -1; before !== tail.offset;) {
    before = tail.offset;
    const batch = tail.read(pieceBytes);
    events.push(...batch.events);
    damaged += batch.damaged;
  }
  return { events, damaged, offset: tail.offset };
}

/** Steps of the metrics events among some. */
export const stepsOf = (events: AnyEvent[]): number[] =>
  events.flatMap((event) => (event.t === "metrics" ? [event.step] : []));

const SPECIAL = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  1e-300,
  1.7976931348623157e308,
  5e-324,
];

/** A value of the kind found in journals: mostly ordinary, sometimes at the edges. */
export const randomValue = (random: Random): number =>
  random.int(8) === 0 ? SPECIAL[random.int(SPECIAL.length)]! : random.gaussian() * 10 ** (random.int(9) - 4);

/** Events of all sorts that a trainer writes, one after another in time. */
export function randomEvents(random: Random, count: number): AnyEvent[] {
  let timeMs = 1_764_000_000_000;
  return Array.from({ length: count }, (_, index): AnyEvent => {
    timeMs += random.int(500);
    const step = random.int(4) === 0 ? random.int(count) : index;
    switch (random.int(8)) {
      case 0:
        return {
          t: "table",
          timeMs,
          name: "eval/samples",
          step,
          columns: ["text", "ok"],
          rows: [['é "quoted" \n {"t":1}', true]],
        };
      case 1:
        return {
          t: "checkpoint",
          timeMs,
          step,
          path: `checkpoints/step-${step}`,
          bytes: 12,
          metrics: { "eval/f1": 0.5 },
          best: true,
        };
      case 2:
        return { t: "alert", timeMs, level: "warning", code: "nan-loss", message: "Loss is NaN — 損失", step };
      case 3:
        return { t: "progress", timeMs, step, total: count, epoch: 0.5, samplesPerSecond: 3.25, etaMs: null };
      default:
        return {
          t: "metrics",
          timeMs,
          step,
          values: { "train/loss": randomValue(random), "訓練/lr": randomValue(random) },
        };
    }
  });
}
