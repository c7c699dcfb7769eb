import { describe, expect, test } from "vitest";
import {
  formatCount,
  formatDelta,
  formatDuration,
  formatEnd,
  formatFileSize,
  formatHyperparameter,
  formatMemory,
  formatMetric,
  formatPast,
  formatPercent,
  formatReading,
  formatSpeed,
  formatSpeedDelta,
  formatSteps,
} from "../../../src/base/format.ts";

test("the short way for English numbers gives what Intl gives", () => {
  const intl = new Intl.NumberFormat("en", { minimumFractionDigits: 4, maximumFractionDigits: 4 });
  for (let score = 1e-4; score < 1; score += 0.000713)
    expect(formatMetric(score, "eval/f1_macro")).toBe(intl.format(score));
});

describe("metrics", () => {
  test.each([
    [0.21449, "train/loss", "0.2145"],
    [0.0214567, "train/loss", "0.02146"],
    [9.851e-5, "train/loss", "9.851e-5"],
    [14.2, "train/loss", "14.20"],
    [1234.56, "train/tokens", "1,235"],
    [12_345_678, "train/tokens", "1.235e7"],
    [0.9, "eval/f1_macro", "0.9000"],
    [0.0004, "eval/accuracy", "0.0004"],
    [1, "eval/precision_macro", "1.0000"],
    [0, "train/loss", "0.0000"],
    [-0.5, "train/reward", "−0.5000"],
  ])("%d of %s is %s", (value, metric, text) => expect(formatMetric(value, metric)).toBe(text));

  test("what is no number is a word or a dash, never 0", () => {
    expect([undefined, null, Number.NaN, Infinity, -Infinity].map((value) => formatMetric(value))).toEqual([
      "–",
      "–",
      "NaN",
      "∞",
      "−∞",
    ]);
  });

  test.each([
    [0.2145, 0.2396, "eval/loss", "−0.0251"],
    [0.9, 0.85, "eval/accuracy", "+0.0500"],
    [14.2, 14, "train/loss", "+0.20"],
    [0.5, 0.5, "eval/loss", "+0.0000"],
    [2e-5, 3e-5, "train/learning_rate", "−1.000e-5"],
    [Number.NaN, 1, "eval/loss", "–"],
    [1, undefined, "eval/loss", "–"],
  ])("Δ of %d to %d has the value's decimals and a sign", (value, reference, metric, text) =>
    expect(formatDelta(value, reference, metric)).toBe(text),
  );
});

test.each([
  [2e-4, "2e-4"],
  [0.05, "0.05"],
  [3e-5, "3e-5"],
  [0.1, "0.1"],
  [16, "16"],
  [1000, "1000"],
  [0.00123, "0.00123"],
])("the hyperparameter %d is as short as exact: %s", (value, text) => expect(formatHyperparameter(value)).toBe(text));

test("counts are grouped, steps say of how many", () => {
  expect(formatCount(1140)).toBe("1,140");
  expect(formatSteps(846, 1140)).toBe("846 of 1,140 steps");
  expect(formatSteps(846, null)).toBe("846 steps");
  expect(formatPercent(0.742)).toBe("74 %");
});

test.each([
  [0, "0s"],
  [54_000, "54s"],
  [59_600, "1m 00s"],
  [186_000, "3m 06s"],
  [3_960_000, "1h 06m"],
  [187_200_000, "2d 4h"],
])("%d ms last %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test("how long ago goes over to days of the calendar after a day, to the date after a week", () => {
  const now = new Date(2026, 10, 24, 15, 0, 0).getTime();
  const at = (day: number, hour: number): string => formatPast(new Date(2026, 10, day, hour).getTime(), now);
  expect(formatPast(now - 54_000, now)).toBe("54s ago");
  expect(formatPast(now - 300_000, now)).toBe("5m ago");
  expect(at(24, 10)).toBe("5h ago");
  expect(at(23, 16)).toBe("23h ago");
  expect(at(23, 1)).toBe("yesterday");
  expect(at(21, 23)).toBe("3d ago");
  expect(at(10, 12)).toBe("Nov 10, 2026");
  expect(formatPast(null, now)).toBe("–");
});

test("the end is told by the clock", () => {
  expect(formatEnd(new Date(2026, 10, 24, 14, 46).getTime())).toBe("≈ 14:46");
  expect(formatEnd(new Date(2026, 10, 24, 0, 5).getTime())).toBe("≈ 00:05");
});

test("files are decimal, memory binary; one decimal below 100", () => {
  expect([812, 19_400_000, 140_000_000, 99_960_000].map((bytes) => formatFileSize(bytes))).toEqual([
    "812 B",
    "19.4 MB",
    "140 MB",
    "100 MB",
  ]);
  expect(formatMemory(23.6 * 1024 ** 3)).toBe("23.6 GB");
  expect(formatFileSize(999_970)).toBe("1.0 MB");
});

test("speed below one a second is told as the time of one", () => {
  expect(formatSpeed(1.584)).toBe("1.58 it/s");
  expect(formatSpeed(123.4, "samples")).toBe("123 samples/s");
  expect(formatSpeed(0.625)).toBe("1.6 s/it");
  expect(formatSpeed(0)).toBe("–");
  expect(formatSpeedDelta(2.38, 1.55)).toBe("+0.83");
  expect(formatSpeedDelta(12.34, 13)).toBe("−0.7");
  expect(formatSpeedDelta(0.625, 0.5)).toBe("−0.4");
  expect(formatSpeedDelta(1.5, 0)).toBe("–");
});

test("a sample of the machine carries its unit", () => {
  expect(formatReading(94.2, "system/gpu.0.utilization")).toBe("94 %");
  expect(formatReading(104, "system/process.cpu")).toBe("104 %");
  expect(formatReading(6.8 * 2 ** 30, "system/gpu.0.memory")).toBe("6.8 GB");
  expect(formatReading(312e9, "system/disk.free")).toBe("312 GB");
  expect(formatReading(66.4, "system/gpu.0.temperature")).toBe("66 °C");
  expect(formatReading(402, "system/gpu.0.power")).toBe("402 W");
  expect(formatReading(Number.NaN, "system/cpu")).toBe("NaN");
  expect(formatReading(0.21449, "train/loss")).toBe("0.2145");
  expect(formatReading(undefined, "train/loss")).toBe("–");
});

test("what a trainer says of memory and speed carries its unit too; its scores have four decimals", () => {
  expect(formatReading(9.4 * 2 ** 30, "train/peak_memory_allocated")).toBe("9.4 GB");
  expect(formatReading(3180.4, "train/tokens_per_second")).toBe("3,180 tokens/s");
  expect(formatReading(52.88, "train/samples_per_second")).toBe("52.9 samples/s");
  expect(formatReading(0.4, "train/samples_per_second")).toBe("0.40 samples/s");
  expect(formatReading(65_536, "train/loss_scale")).toBe("65,536");
  expect(formatReading(0.051, "eval/mrr")).toBe("0.0510");
  expect(formatReading(0.87, "eval/spearman_cosine")).toBe("0.8700");
  expect(formatReading(3.9741, "eval/perplexity")).toBe("3.974");
});
