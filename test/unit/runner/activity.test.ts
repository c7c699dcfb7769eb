import { describe, expect, test } from "vitest";
import { ActivityWatch } from "../../../src/runner/activity.ts";

describe("activity", () => {
  test("silence counts after a minute, growth ends it", () => {
    const watch = new ActivityWatch(0);
    expect(watch.observe(10, 0)).toBe("active");
    expect(watch.observe(10, 60_000)).toBe("active");
    expect(watch.observe(10, 60_001)).toBe("stalled");
    expect(watch.observe(11, 70_000)).toBe("active");
  });

  test("a run that reports rarely is given ten of its usual gaps", () => {
    const watch = new ActivityWatch(0);
    for (let i = 0; i < 5; i++) watch.observe(i, i * 100_000);
    expect(watch.observe(4, 400_000 + 1_000_000)).toBe("active");
    expect(watch.observe(4, 400_000 + 1_000_001)).toBe("stalled");
  });

  test("one long gap among short ones does not count as usual", () => {
    const watch = new ActivityWatch(0);
    for (let i = 0; i < 9; i++) watch.observe(i, i * 1000);
    watch.observe(9, 1_000_000);
    expect(watch.observe(9, 1_060_001)).toBe("stalled");
  });

  test("a file that shrank has changed", () => {
    const watch = new ActivityWatch(0);
    watch.observe(100, 0);
    expect(watch.observe(0, 90_000)).toBe("active");
  });
});
