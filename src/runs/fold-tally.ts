import { fromJsonNumber, toJsonNumber, type JsonNumber } from "../base/numbers.ts";
import type { MetricSummary } from "./model.ts";

/** A tally as JSON keeps it: last, lastStep, min, minStep, max, maxStep, count, smallest step. */
export type StoredTally = [JsonNumber, number, JsonNumber, number, JsonNumber, number, number, number];

/**
 * The running summary of some points of a metric. Points are ordered by step, equal steps by arrival; so `last` is the
 * newest value at the greatest step. Extremes are over finite values.
 */
export class Tally {
  last = Number.NaN;
  /** The greatest step. */
  lastStep = Number.NEGATIVE_INFINITY;
  /** The smallest step. */
  firstStep = Number.POSITIVE_INFINITY;
  min = Number.POSITIVE_INFINITY;
  minStep = 0;
  max = Number.NEGATIVE_INFINITY;
  maxStep = 0;
  count = 0;

  add(step: number, value: number): void {
    this.count++;
    if (step >= this.lastStep) {
      this.lastStep = step;
      this.last = value;
    }
    if (step < this.firstStep) this.firstStep = step;
    if (!Number.isFinite(value)) return;
    if (value < this.min) {
      this.min = value;
      this.minStep = step;
    }
    if (value > this.max) {
      this.max = value;
      this.maxStep = step;
    }
  }

  /** Adds the points of another tally, which arrived after those of this one. */
  merge(later: Tally): void {
    this.count += later.count;
    if (later.lastStep >= this.lastStep) {
      this.lastStep = later.lastStep;
      this.last = later.last;
    }
    this.firstStep = Math.min(this.firstStep, later.firstStep);
    if (later.min < this.min) {
      this.min = later.min;
      this.minStep = later.minStep;
    }
    if (later.max > this.max) {
      this.max = later.max;
      this.maxStep = later.maxStep;
    }
  }

  summary(): MetricSummary {
    const finite = this.min <= this.max;
    return {
      last: toJsonNumber(this.last),
      lastStep: this.lastStep,
      min: finite ? this.min : null,
      minStep: finite ? this.minStep : null,
      max: finite ? this.max : null,
      maxStep: finite ? this.maxStep : null,
      count: this.count,
    };
  }

  toJSON(): StoredTally {
    const { last, lastStep, min, minStep, max, maxStep, count, firstStep } = this;
    return [toJsonNumber(last), lastStep, toJsonNumber(min), minStep, toJsonNumber(max), maxStep, count, firstStep];
  }

  static fromJSON([last, lastStep, min, minStep, max, maxStep, count, firstStep]: StoredTally): Tally {
    const numbers = { last: fromJsonNumber(last)!, min: fromJsonNumber(min)!, max: fromJsonNumber(max)! };
    return Object.assign(new Tally(), { ...numbers, lastStep, minStep, maxStep, count, firstStep });
  }
}

/** The tally of the points up to a step, in order of arrival; undefined when there is none. */
export function tallyUpTo(cutStep: number, steps: ArrayLike<number>, values: ArrayLike<number>): Tally | undefined {
  const tally = new Tally();
  for (let index = 0; index < steps.length; index++)
    if (steps[index]! <= cutStep) tally.add(steps[index]!, values[index]!);
  return tally.count > 0 ? tally : undefined;
}
