import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { decodeLine, decodeOrSalvage, encodeEvent } from "../../../src/journal/codec.ts";
import type { AnyEvent } from "../../../src/journal/events.ts";
import { randomEvents } from "../../support/journals.ts";

const end: AnyEvent = { t: "end", timeMs: 9, outcome: "finished", step: 3 };

describe("encode and decode", () => {
  test("every event comes back as it was, numbers to the bit", () => {
    for (const event of randomEvents(createRandom(1), 500)) {
      const line = encodeEvent(event);
      expect(line).not.toContain("\n");
      expect(decodeLine(line)).toStrictEqual(event);
    }
  });

  test("NaN and infinities are strings on disk and numbers in memory", () => {
    const line = encodeEvent({ t: "metrics", timeMs: 1, step: 2, values: { a: NaN, b: Infinity, c: -Infinity } });
    expect(line).toBe('{"t":"metrics","timeMs":1,"step":2,"values":{"a":"NaN","b":"Infinity","c":"-Infinity"}}');
    expect(decodeLine(line)).toStrictEqual({
      t: "metrics",
      timeMs: 1,
      step: 2,
      values: { a: NaN, b: Infinity, c: -Infinity },
    });
  });
});

describe("lines of other programs", () => {
  test("the flat form: every other number is a metric", () => {
    expect(
      decodeLine('{"t": "metric", "step": 10, "loss": 0.4, "acc": "NaN", "note": "x", "deep": {"a": 1}}'),
    ).toStrictEqual({
      t: "metrics",
      timeMs: 0,
      step: 10,
      values: { loss: 0.4, acc: NaN },
    });
  });

  test("bare NaN and Infinity as Python writes them, but not inside strings", () => {
    const line = String.raw`{"t": "checkpoint", "timeMs": 5, "step": 1, "path": "a \" NaN: Infinity", "metrics": {"NaN": NaN, "b": -Infinity}}`;
    expect(decodeLine(line)).toStrictEqual({
      t: "checkpoint",
      timeMs: 5,
      step: 1,
      path: 'a " NaN: Infinity',
      bytes: 0,
      metrics: { NaN: NaN, b: -Infinity },
      best: false,
    });
  });

  test("fields that may be absent get their meaning of nothing", () => {
    expect(decodeLine('{"t":"start"}')).toStrictEqual({
      t: "start",
      timeMs: 0,
      total: null,
      epochs: null,
      stepsPerEpoch: null,
      facts: {},
    });
    expect(decodeLine('{"t":"progress","step":4}')).toMatchObject({ step: 4, total: null, epoch: null, etaMs: null });
  });

  test("unknown kinds and unknown keys are kept", () => {
    expect(decodeLine('{"t":"weather","timeMs":1,"rain":true}')).toStrictEqual({ t: "weather", timeMs: 1, rain: true });
    expect(decodeLine('{"t":"heartbeat","timeMs":1,"mood":"calm"}')).toStrictEqual({
      t: "heartbeat",
      timeMs: 1,
      mood: "calm",
    });
  });

  test("a name like __proto__ is a name like any other", () => {
    const event = decodeLine('{"t":"metric","step":1,"__proto__":2,"constructor":3}');
    expect(Object.entries((event as { values: object }).values)).toEqual([
      ["__proto__", 2],
      ["constructor", 3],
    ]);
    expect(decodeLine('{"t":"constructor"}')).toStrictEqual({ t: "constructor", timeMs: 0 });
  });
});

describe("damaged lines", () => {
  test.each([
    "",
    "null",
    "[]",
    "42",
    "{}",
    '{"t":7}',
    '{"t":"metrics","timeMs":1,"step":1.5,"values":{}}',
    '{"t":"metrics","timeMs":1,"values":{"a":1}}',
    '{"t":"metrics","timeMs":1,"step":1,"values":[1]}',
    '{"t":"metric","step":1}',
    '{"t":"checkpoint","step":1}',
    '{"t":"state","state":"happy"}',
    '{"t":"journal","version":1,"writer":"trainer","run":"x","fromStep":0}',
    '{"t":"metrics","timeMs":1,"step":1,"values":{"a":NaNa}}',
  ])("%s is no event", (line) => {
    expect(decodeLine(line)).toBeUndefined();
  });

  test("a torn line joined with a whole one gives up the whole one", () => {
    const whole = encodeEvent(end);
    const torn = encodeEvent({ t: "metrics", timeMs: 1, step: 1, values: { a: 1 } });
    for (let cut = 1; cut < torn.length; cut++) {
      expect(decodeOrSalvage(torn.slice(0, cut) + whole)).toStrictEqual({ events: [end], damaged: true });
    }
  });

  test("a damaged newline between two whole lines loses neither", () => {
    const before: AnyEvent = {
      t: "runner",
      timeMs: 1,
      identity: { pid: 1, startTime: "", bootId: "", pidNamespace: "", host: "" },
      adopted: false,
    };
    expect(decodeOrSalvage(`${encodeEvent(before)}K${encodeEvent(end)}`)).toStrictEqual({
      events: [before, end],
      damaged: true,
    });
  });

  test("a long damaged line costs no more than its length", () => {
    expect(decodeOrSalvage('{"a":'.repeat(200_000))).toStrictEqual({ events: [], damaged: true });
  });
});
