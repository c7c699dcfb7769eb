import { brotliCompressSync, constants } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { encodeEvent } from "../../../src/journal/codec.ts";
import { packBlock, unpackBlock } from "../../../src/journal/pack-block.ts";
import { randomEvents } from "../../support/journals.ts";

const random = createRandom(7);
const exact = (text: string | Buffer): void => {
  const bytes = Buffer.from(text);
  expect(unpackBlock(packBlock(bytes)).equals(bytes)).toBe(true);
};

describe("packing gives back every byte", () => {
  test("of ordinary journals", () => {
    const events = randomEvents(random, 1000);
    exact(events.map((event) => `${encodeEvent(event)}\n`).join(""));
    exact("");
  });

  test.each([
    ["numbers in another spelling", '{"t":"metrics","timeMs":1,"step":1,"values":{"a":1.0}}\n'],
    ["exponents", '{"t":"metrics","timeMs":1,"step":1,"values":{"a":1E5,"b":1e-7,"c":1e+21}}\n'],
    ["negative zero", '{"t":"metrics","timeMs":1,"step":1,"values":{"a":-0}}\n'],
    [
      "NaN in strings and words",
      '{"t":"metrics","timeMs":1,"step":1,"values":{"a":"NaN","b":"-Infinity","c":"nan","d":NaN}}\n',
    ],
    [
      "spaces, other orders, further keys",
      '{"t": "metrics"}\n{"step":1,"t":"metrics"}\n{"t":"metrics","timeMs":1,"step":1,"values":{},"x":1}\n',
    ],
    [
      "names that are numbers, twice the same, escaped",
      '{"t":"metrics","timeMs":1,"step":1,"values":{"b":1,"1":2}}\n{"t":"metrics","timeMs":1,"step":1,"values":{"a":1,"a":2}}\n{"t":"metrics","timeMs":1,"step":1,"values":{"a\\u0062":1}}\n',
    ],
    [
      "fractions and leaps of time and step",
      '{"t":"metrics","timeMs":0.1,"step":1,"values":{"a":1}}\n{"t":"metrics","timeMs":0.7,"step":9007199254740991,"values":{"a":1}}\n{"t":"metrics","timeMs":1e300,"step":-9007199254740991,"values":{"a":1}}\n',
    ],
    [
      "values that are none",
      '{"t":"metrics","timeMs":1,"step":1,"values":null}\n{"t":"metrics","timeMs":1,"step":1,"values":[1]}\n{"t":"metrics","timeMs":1,"step":1,"values":{"a":null}}\n',
    ],
    ["empty lines and a torn end", '\n\r\n\n{"t":"metrics","timeMs":1,"step":1,"values":{"a":1}}\n{"t":"metr'],
  ])("%s", (_, text) => exact(text));

  test("of damaged text: any byte flipped, cut anywhere, and plain noise", () => {
    const text = Buffer.from(
      randomEvents(random, 40)
        .map((event) => `${encodeEvent(event)}\n`)
        .join(""),
    );
    for (let round = 0; round < 400; round++) {
      const damaged = Buffer.from(text.subarray(0, random.int(text.length)));
      for (let flips = 0; flips < 5 && damaged.length > 0; flips++)
        damaged[random.int(damaged.length)] = random.int(256);
      exact(damaged);
    }
    exact(Buffer.from(Array.from({ length: 10_000 }, () => random.int(256))));
  });

  test("of more different sets of names than there are numbers for", () => {
    exact(
      Array.from(
        { length: 700 },
        (_, at) => `{"t":"metrics","timeMs":1,"step":1,"values":{"m${at % 300}":${at}}}\n`,
      ).join(""),
    );
  });
});

test.each([
  ["float64", (value: number) => value, 7],
  ["float32", Math.fround, 3.5],
])("a point of ten %s metrics a line costs at most so many bytes", (_, round, limit) => {
  const steps = 5000;
  let text = "";
  let timeMs = 1_764_000_000_000;
  for (let step = 1; step <= steps; step++) {
    const values: Record<string, number> = {};
    for (let metric = 0; metric < 10; metric++) {
      const noise = (random.next() + random.next() / 2 ** 32) * 0.1;
      values[`train/metric_${metric}`] = round(Math.exp(-step / 2000) * (metric + 1) + noise);
    }
    text += `${encodeEvent({ t: "metrics", timeMs: (timeMs += 90 + random.int(20)), step, values })}\n`;
  }
  const packed = brotliCompressSync(packBlock(Buffer.from(text)), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  expect(packed.length / (steps * 10)).toBeLessThanOrEqual(limit);
});
