import { fromJsonNumber, toJsonNumber } from "../base/numbers.ts";
import type { MetricSummary } from "../runs/model.ts";

/** Numbers a metric takes in a run's summary blob: name id, last, lastStep, min, minStep, max, maxStep, count. */
const FIELDS = 8;

/**
 * The summaries of all metrics of a run as one blob of float64 (little-endian), so that a list of many runs is read without
 * parsing. An absent extreme (no finite value) is NaN. `idOf` gives the number of a metric's name.
 */
export function encodeSummaries(metrics: Record<string, MetricSummary>, idOf: (name: string) => number): Uint8Array {
  const names = Object.keys(metrics);
  const numbers = new Float64Array(names.length * FIELDS);
  names.forEach((name, i) => {
    const { last, lastStep, min, minStep, max, maxStep, count } = metrics[name]!;
    const row = [
      idOf(name),
      fromJsonNumber(last),
      lastStep,
      fromJsonNumber(min),
      minStep,
      fromJsonNumber(max),
      maxStep,
      count,
    ];
    row.forEach((number, at) => (numbers[i * FIELDS + at] = number ?? Number.NaN));
  });
  return new Uint8Array(numbers.buffer);
}

/** A summary blob's numbers. */
export function summaryNumbers(blob: Uint8Array): Float64Array {
  const bytes = blob.byteOffset % 8 === 0 ? blob : new Uint8Array(blob);
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
}

/** Reads what `encodeSummaries` wrote; metrics come in the order they were given. */
export function decodeSummaries(
  numbers: Float64Array,
  nameOf: (id: number) => string | undefined,
): Record<string, MetricSummary> {
  const metrics: Record<string, MetricSummary> = {};
  for (let at = 0; at < numbers.length; at += FIELDS) {
    const name = nameOf(numbers[at]!);
    if (name === undefined) continue;
    metrics[name] = {
      last: toJsonNumber(numbers[at + 1]!),
      lastStep: numbers[at + 2]!,
      min: finiteOrNull(numbers[at + 3]!),
      minStep: finiteOrNull(numbers[at + 4]!),
      max: finiteOrNull(numbers[at + 5]!),
      maxStep: finiteOrNull(numbers[at + 6]!),
      count: numbers[at + 7]!,
    };
  }
  return metrics;
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
