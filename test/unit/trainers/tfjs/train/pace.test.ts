import { describe, expect, test } from "vitest";
import { Pace } from "../../../../../src/trainers/tfjs/train/pace.ts";

describe("foretelling the end", () => {
  test("says nothing before three steps", () => {
    const pace = new Pace(0);
    expect(pace.samplesPerSecond).toBeNull();
    for (const ms of [100, 100]) pace.step(ms, 8);
    expect(pace.remainingMs(10, 0)).toBeNull();
    pace.step(100, 8);
    expect(pace.remainingMs(10, 0)).toBe(1000);
    expect(pace.samplesPerSecond).toBe(80);
  });

  test("counts evaluations still to come: guessed from the rows, then measured", () => {
    const pace = new Pace(100);
    for (let step = 0; step < 3; step++) pace.step(100, 10);
    const guessed = pace.remainingMs(0, 1)!;
    // An evaluated row costs less than the 10 ms of a trained one, but not nothing.
    expect(guessed).toBeGreaterThan(100);
    expect(guessed).toBeLessThan(1000);
    pace.evaluation(700);
    expect(pace.remainingMs(10, 2)).toBe(1000 + 1400);
  });

  test("follows the newest steps", () => {
    const pace = new Pace(0);
    for (let step = 0; step < 100; step++) pace.step(1000, 1);
    for (let step = 0; step < 50; step++) pace.step(10, 1);
    expect(pace.remainingMs(10, 0)).toBe(100);
  });
});
