import { toJsonNumber } from "../base/numbers.ts";

/** The line of a `metrics` or `system` event in its one canonical spelling, put together from ready-made keys. */
export function metricsLine(
  kind: string,
  timeMs: number,
  step: number,
  count: number,
  key: (index: number) => string,
  value: (index: number) => number,
): string {
  let line = `{"t":"${kind}","timeMs":${timeMs},"step":${step},"values":{`;
  for (let index = 0; index < count; index++) {
    const number = toJsonNumber(value(index));
    line += (index === 0 ? "" : ",") + key(index) + (typeof number === "number" ? number : `"${number}"`);
  }
  return `${line}}}`;
}

/** A metric's name as it stands before its value. */
export const metricKey = (name: string): string => `${JSON.stringify(name)}:`;
