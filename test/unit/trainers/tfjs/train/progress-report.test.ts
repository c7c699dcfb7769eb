import { expect, test } from "vitest";
import type { ProgressEvent } from "../../../../../src/journal/events.ts";
import type { EventWriter, NewEvent } from "../../../../../src/journal/writer.ts";
import { ProgressReport } from "../../../../../src/trainers/tfjs/train/progress-report.ts";

/** A journal in memory, and a clock that stands until it is moved. */
function setUp(step = 0) {
  const events: NewEvent[] = [];
  const journal: EventWriter = {
    write: (event) => void events.push(event),
    flushSync: () => undefined,
    close: () => Promise.resolve(),
    lost: 0,
    error: undefined,
  };
  const clock = { nowMs: 0 };
  const report = new ProgressReport(journal, () => clock.nowMs, step);
  return { report, clock, events: events as ProgressEvent[] };
}

test("figures are written at most twice a second and are never older than half a second", () => {
  const { report, clock, events } = setUp();
  for (let step = 1; step <= 100; step++) {
    clock.nowMs = step * 20;
    report.update({ step });
  }
  expect(events.map(({ step }) => step)).toEqual([1, 26, 51, 76]);
});

test("a new phase is told at once, with the figures so far", () => {
  const { report, events } = setUp(30);
  report.enter("loading data");
  report.enter(undefined, { total: 90, epoch: 1 });
  report.update({ step: 31 });
  report.enter("evaluating");
  expect(events).toEqual([
    { t: "progress", step: 30, total: null, epoch: null, samplesPerSecond: null, etaMs: null, phase: "loading data" },
    { t: "progress", step: 30, total: 90, epoch: 1, samplesPerSecond: null, etaMs: null },
    { t: "progress", step: 31, total: 90, epoch: 1, samplesPerSecond: null, etaMs: null, phase: "evaluating" },
  ]);
});
