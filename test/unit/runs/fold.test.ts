import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../../src/base/random.ts";
import { RUN_STATES, type AnyEvent } from "../../../src/journal/events.ts";
import type { NewEvent } from "../../../src/journal/writer.ts";
import { RunFold } from "../../../src/runs/fold.ts";
import { randomEvents } from "../../support/journals.ts";

type Source = "events" | "runner";
const at = (timeMs: number, event: NewEvent): AnyEvent => ({ ...event, timeMs }) as AnyEvent;
const header = (source: Source, segment: number, fromStep: number, timeMs = segment * 1000): AnyEvent =>
  at(timeMs, {
    t: "journal",
    version: 1,
    writer: source === "events" ? "trainer" : "runner",
    run: "r",
    segment,
    fromStep,
  });
const identity = (pid: number) => ({ pid, startTime: "1", bootId: "b", pidNamespace: "n", host: "h" });

function foldOf(journals: Partial<Record<Source, AnyEvent[]>>): RunFold {
  const fold = new RunFold();
  for (const source of ["runner", "events"] as const)
    for (const event of journals[source] ?? []) fold.apply(source, event);
  return fold;
}
const viewOf = (journals: Partial<Record<Source, AnyEvent[]>>) => foldOf(journals).view();

const checkpoint = (timeMs: number, step: number, best: boolean): AnyEvent =>
  at(timeMs, { t: "checkpoint", step, path: `checkpoints/step-${step}`, bytes: 10, metrics: { "eval/f1": 0.5 }, best });
const tagsOf = (journals: Partial<Record<Source, AnyEvent[]>>) =>
  viewOf(journals).checkpoints.map(({ step, segment, tags, present }) => [step, segment, tags.join("+"), present]);

describe("an ordinary run", () => {
  const events = [
    header("events", 1, 0, 1010),
    at(1020, {
      t: "start",
      total: 40,
      epochs: 2,
      stepsPerEpoch: 20,
      facts: { rows: 9, totalParameters: 100, trainableParameters: 7 },
    }),
    at(1021, { t: "baseline", name: "majority", metrics: { accuracy: 0.6 } }),
    at(1030, { t: "metrics", step: 20, values: { "train/loss": 0.5 } }),
    at(1031, { t: "progress", step: 21, total: 40, epoch: 1.05, samplesPerSecond: 8, etaMs: 900, phase: "evaluating" }),
    at(1032, { t: "table", name: "eval/samples", step: 20, columns: [], rows: [] }),
    checkpoint(1033, 20, true),
    at(1034, { t: "alert", level: "warning", code: "slow", message: "Slow.", step: 20 }),
  ];
  const runner = [
    header("runner", 1, 0, 1000),
    at(1000, { t: "state", state: "preparing", cause: "" }),
    at(1001, { t: "runner", identity: identity(11), adopted: false }),
    at(1002, { t: "trainer", identity: identity(12), command: ["node"] }),
    at(1020, { t: "state", state: "running", cause: "" }),
    at(1025, { t: "system", step: 0, values: { "system/cpu": 50 } }),
    at(1040, { t: "heartbeat" }),
  ];

  test("while it runs", () => {
    expect(viewOf({ events, runner })).toEqual({
      state: "running",
      cause: "",
      startedMs: 1000,
      endedMs: null,
      progress: { step: 21, total: 40, epoch: 1.05 },
      etaMs: 900,
      activity: {
        epochs: 2,
        stepsPerEpoch: 20,
        phase: "evaluating",
        phaseMs: 1031,
        samplesPerSecond: 8,
        stepsPerSecond: null,
        lastDataMs: 1034,
        usualGapMs: null,
        ranMs: 0,
        beganMs: 1000,
        stop: null,
      },
      metrics: {
        "train/loss": { last: 0.5, lastStep: 20, min: 0.5, minStep: 20, max: 0.5, maxStep: 20, count: 1 },
        "system/cpu": { last: 50, lastStep: 0, min: 50, minStep: 0, max: 50, maxStep: 0, count: 1 },
      },
      recounts: [],
      segments: [{ segment: 1, fromStep: 0, cutStep: null, startedMs: 1000 }],
      checkpoints: [
        {
          step: 20,
          path: "checkpoints/step-20",
          bytes: 10,
          metrics: { "eval/f1": 0.5 },
          tags: ["best", "last"],
          present: true,
          segment: 1,
          timeMs: 1033,
        },
      ],
      process: { runnerPid: 11, trainerPid: 12, exitCode: null, signal: null, exitUnknown: false },
      facts: { rows: 9, totalParameters: 100, trainableParameters: 7 },
      baselines: [{ name: "majority", metrics: { accuracy: 0.6 } }],
      alerts: [{ timeMs: 1034, level: "warning", code: "slow", message: "Slow.", step: 20 }],
      tables: [{ name: "eval/samples", step: 20 }],
      totalParameters: 100,
      trainableParameters: 7,
      end: null,
      heartbeatMs: 1040,
    });
  });

  test("after its end", () => {
    const view = viewOf({
      events: [
        ...events,
        at(1050, { t: "end", outcome: "failed", step: 25, reason: "The disk is full.", code: "disk-full" }),
      ],
      runner: [
        ...runner,
        at(1055, { t: "exit", code: 1, signal: null, unknown: false }),
        at(1060, { t: "state", state: "failed", cause: "The disk is full." }),
      ],
    });
    expect(view).toMatchObject({
      state: "failed",
      cause: "The disk is full.",
      endedMs: 1060,
      progress: { step: 25 },
      etaMs: null,
      activity: { phase: null, samplesPerSecond: null, lastDataMs: 1050, ranMs: 60, beganMs: null },
      process: { exitCode: 1, trainerPid: 12 },
      end: { outcome: "failed", step: 25, reason: "The disk is full.", code: "disk-full" },
    });
  });

  test("the state is the runner's alone: the trainer's last word changes none", () => {
    expect(viewOf({ events: [...events, at(1050, { t: "end", outcome: "finished", step: 40 })], runner }).state).toBe(
      "running",
    );
    expect(viewOf({ events }).state).toBeNull();
    expect(viewOf({}).state).toBeNull();
  });

  test("a runner that takes over announces the same segment again: nothing is cut", () => {
    const adopted = [
      ...runner,
      header("runner", 1, 0, 2000),
      at(2001, { t: "runner", identity: identity(99), adopted: true }),
    ];
    const view = viewOf({ events, runner: adopted });
    expect(view.segments).toEqual([{ segment: 1, fromStep: 0, cutStep: null, startedMs: 1000 }]);
    expect(view.process).toMatchObject({ runnerPid: 99, trainerPid: 12 });
    expect(view.progress.step).toBe(21);
  });
});

describe("a resumed run", () => {
  const first = [
    header("events", 1, 0),
    at(1001, { t: "start", total: 100, epochs: 1, stepsPerEpoch: 100, facts: {} }),
    ...[10, 20, 30].map((step) => at(1000 + step, { t: "metrics", step, values: { loss: 1 / step } })),
    at(1031, { t: "progress", step: 30, total: 100, epoch: 0.3, samplesPerSecond: 1, etaMs: 5 }),
    at(1032, { t: "table", name: "eval/samples", step: 10, columns: [], rows: [] }),
    at(1033, { t: "table", name: "eval/samples", step: 30, columns: [], rows: [] }),
  ];
  const runner = [
    header("runner", 1, 0),
    at(1001, { t: "trainer", identity: identity(5), command: [] }),
    at(1050, { t: "exit", code: null, signal: "SIGKILL", unknown: false }),
    at(1051, { t: "state", state: "crashed", cause: "Killed by SIGKILL." }),
  ];
  const resumed = [...runner, header("runner", 2, 20), at(2001, { t: "state", state: "preparing", cause: "" })];

  test("from the runner's first line on, what comes after the checkpoint no longer counts", () => {
    const fold = foldOf({ events: first, runner: resumed });
    const cut = { metric: "loss", segment: 1, cutStep: 20 };
    expect(fold.view()).toMatchObject({
      recounts: [cut],
      metrics: {},
      progress: { step: 20, total: 100, epoch: null },
      tables: [{ name: "eval/samples", step: 10 }],
      process: { trainerPid: null, exitCode: null, signal: null },
      segments: [
        { segment: 1, fromStep: 0, cutStep: 20 },
        { segment: 2, fromStep: 20, cutStep: null },
      ],
      endedMs: null,
    });
    fold.recount(cut, [10, 20, 30], [0.1, 0.05, 1 / 30]);
    expect(fold.view()).toMatchObject({ recounts: [], metrics: { loss: { last: 0.05, lastStep: 20, count: 2 } } });
  });

  test("the new segment goes on counting", () => {
    const fold = foldOf({
      events: [...first, header("events", 2, 20), at(2010, { t: "metrics", step: 21, values: { loss: 0.04 } })],
      runner: resumed,
    });
    fold.recount({ metric: "loss", segment: 1, cutStep: 20 }, [10, 20, 30], [0.1, 0.05, 1 / 30]);
    expect(fold.view()).toMatchObject({
      progress: { step: 21 },
      metrics: { loss: { last: 0.04, lastStep: 21, count: 3 } },
    });
  });

  test("samples of the machine are never cut: their steps are seconds", () => {
    const system = at(1005, { t: "system", step: 500, values: { "system/cpu": 1 } });
    expect(
      viewOf({ events: first, runner: [runner[0]!, system, ...resumed.slice(1)] }).metrics["system/cpu"],
    ).toMatchObject({ count: 1 });
  });

  test("a later resume from an earlier step cuts every segment before it", () => {
    const runnerTwice = [...resumed, header("runner", 3, 5)];
    expect(viewOf({ events: [...first, header("events", 2, 20)], runner: runnerTwice }).segments).toMatchObject([
      { segment: 1, cutStep: 5 },
      { segment: 2, cutStep: 5 },
      { segment: 3, cutStep: null },
    ]);
  });
});

describe("checkpoints that the runner found of a script", () => {
  const runner = [header("runner", 1, 0), checkpoint(5, 10, false), checkpoint(15, 20, false)];

  test("are those of the run, cut and pruned like others", () => {
    expect(tagsOf({ runner })).toEqual([
      [10, 1, "", true],
      [20, 1, "last", true],
    ]);
    const resumed = [...runner, header("runner", 2, 10, 20), checkpoint(25, 30, false)];
    const pruned = at(26, { t: "checkpoint-removed", step: 10, path: "checkpoints/step-10" });
    expect(tagsOf({ runner: [...resumed, pruned] })).toEqual([
      [10, 1, "", false],
      [20, 1, "", true],
      [30, 2, "last", true],
    ]);
  });

  test("what the script told itself counts, with its metrics", () => {
    const events = [header("events", 1, 0), checkpoint(3, 10, true)];
    expect(tagsOf({ events, runner })).toEqual([
      [10, 1, "best", true],
      [20, 1, "last", true],
    ]);
  });
});

describe("checkpoints", () => {
  const saved = [header("events", 1, 0), checkpoint(1, 10, true), checkpoint(2, 20, true), checkpoint(3, 30, false)];

  test("best passes on, last is the newest", () => {
    expect(tagsOf({ events: saved })).toEqual([
      [10, 1, "", true],
      [20, 1, "best", true],
      [30, 1, "last", true],
    ]);
  });

  test("pruned ones stay listed and lose their tags", () => {
    const events = [...saved, at(4, { t: "checkpoint-removed", step: 10, path: "checkpoints/step-10" })];
    const runner = [header("runner", 1, 0), at(5, { t: "checkpoint-removed", step: 30, path: "checkpoints/step-30" })];
    expect(tagsOf({ events, runner })).toEqual([
      [10, 1, "", false],
      [20, 1, "best+last", true],
      [30, 1, "", false],
    ]);
  });

  test("those after a cut are listed without tags, and the tags return to those before it", () => {
    expect(tagsOf({ events: saved, runner: [header("runner", 2, 10)] })).toEqual([
      [10, 1, "best+last", true],
      [20, 1, "", true],
      [30, 1, "", true],
    ]);
  });

  test("one saved again at the same place replaces the old one, also one that was deleted before", () => {
    const runner = [
      header("runner", 1, 0),
      at(5, { t: "checkpoint-removed", step: 20, path: "checkpoints/step-20" }),
      header("runner", 2, 10, 10),
    ];
    expect(tagsOf({ events: [...saved, header("events", 2, 10, 11), checkpoint(12, 20, false)], runner })).toEqual([
      [10, 1, "best", true],
      [30, 1, "", true],
      [20, 2, "last", true],
    ]);
  });
});

describe("any two journals", () => {
  const random = createRandom(10);

  function randomJournals(): Record<Source, AnyEvent[]> {
    const events: AnyEvent[] = [];
    const runner: AnyEvent[] = [];
    for (let segment = 1; segment <= 1 + random.int(3); segment++) {
      const fromStep = segment === 1 ? 0 : random.int(30);
      runner.push(header("runner", segment, fromStep), ...randomRunnerEvents(random));
      if (random.int(4) > 0) events.push(header("events", segment, fromStep), ...randomEvents(random, random.int(40)));
    }
    return { events, runner };
  }

  test("give the same view however their reading is interleaved, and wherever the fold was stored in between", () => {
    for (let round = 0; round < 200; round++) {
      const journals = randomJournals();
      const expected = viewOf(journals);
      for (let way = 0; way < 4; way++) {
        const left = { events: [...journals.events], runner: [...journals.runner] };
        let fold = new RunFold();
        while (left.events.length + left.runner.length > 0) {
          const source =
            left.events.length === 0 || (left.runner.length > 0 && random.int(2) === 0) ? "runner" : "events";
          fold.apply(source, left[source].shift()!);
          if (random.int(20) === 0) {
            fold.view();
            fold = new RunFold(JSON.parse(JSON.stringify(fold)));
          }
        }
        expect(fold.view()).toEqual(expected);
      }
    }
  });

  test("the view of a fold that was given away does not change with it", () => {
    const { events, runner } = randomJournals();
    const fold = foldOf({ events, runner });
    const view = fold.view();
    const copy = structuredClone(view);
    for (const event of events) fold.apply("events", event);
    expect(view).toEqual(copy);
  });
});

function randomRunnerEvents(random: Random): AnyEvent[] {
  let timeMs = 1_764_000_000_000;
  return Array.from({ length: random.int(15) }, (_, index): AnyEvent => {
    timeMs += random.int(100);
    switch (random.int(7)) {
      case 0:
        return { t: "state", timeMs, state: RUN_STATES[random.int(RUN_STATES.length)]!, cause: `cause ${index}` };
      case 1:
        return { t: "exit", timeMs, code: random.int(3), signal: null, unknown: false };
      case 2:
        return { t: "trainer", timeMs, identity: identity(random.int(100)), command: [] };
      case 3:
        return { t: "runner", timeMs, identity: identity(random.int(100)), adopted: random.int(2) === 0 };
      case 4:
        return { t: "checkpoint-removed", timeMs, step: index, path: `checkpoints/step-${random.int(40)}` };
      case 5:
        return { t: "alert", timeMs, level: "error", code: "x", message: `alert ${index}`, step: null };
      default:
        return { t: "system", timeMs, step: index, values: { "system/cpu": random.next() } };
    }
  });
}
