import { describe, expect, test } from "vitest";
import { ageText } from "../../../../webview-ui/run/ages.ts";
import { figuresOf } from "../../../../webview-ui/run/figure-list.ts";
import type { RunView } from "../../../../src/messages/run-view.ts";
import { NOW_MS, viewOf } from "./view.ts";

/** Figure by id as one text: `label | value of | note`. */
const figures = (changes: Partial<RunView> = {}, nowMs = NOW_MS): Record<string, string> =>
  Object.fromEntries(
    figuresOf(viewOf(changes), nowMs).map(({ id, label, value, of, note }) => [
      id,
      `${label} | ${value}${of ? ` ${of}` : ""} | ${note}`,
    ]),
  );

describe("the figures of a live run", () => {
  test("are those of the design", () => {
    const { left, ...others } = figures();
    expect(others).toEqual({
      progress: "Progress | 846 of 1,140 steps | 74 %",
      speed: "Speed | 1.58 it/s | 101 samples/s",
      processor: "GPU 0 · RTX 4090 | 94 % | 66 °C · 402 W",
      memory: "GPU memory | 6.8 of 24 GB | peak 7.0 GB",
      best: "Best f1_macro | 0.9168 | step 760 · 54s ago",
    });
    expect(left).toMatch(/^Time left \| 3m 06s \| ends ≈ \d\d:\d\d$/);
  });

  test("time left counts down between two words of the trainer, and stops at nothing", () => {
    expect(figures({}, NOW_MS + 6000)["left"]).toContain("| 3m 00s |");
    expect(figures({}, NOW_MS + 1e6)["left"]).toContain("| 0s |");
  });

  test("there is no estimate before 20 steps of the segment, nor while stalled", () => {
    const young = { progress: { step: 19, total: 1140, epoch: null } };
    expect(figures(young)["left"]).toBe("Time left | – | after 20 steps");
    const resumed = { segments: [{ segment: 2, fromStep: 840, cutStep: null, startedMs: 1 }] };
    expect(figures(resumed)["left"]).toContain("| – |");
    expect(figures({ state: "stalled" })["left"]).toContain("| – |");
  });

  test("progress never shows 100 % before the end", () => {
    expect(figures({ progress: { step: 1139, total: 1140, epoch: null } })["progress"]).toContain("| 99 %");
  });

  test("an unknown total shows the time elapsed, and no bar", () => {
    const view = viewOf({ progress: { step: 846, total: null, epoch: null } });
    const [progress] = figuresOf(view, NOW_MS);
    expect(progress).toMatchObject({ value: "846", of: "steps", note: "8m 55s elapsed" });
    expect(progress).not.toHaveProperty("bar");
  });

  test("without a GPU there are CPU and main memory", () => {
    const { metrics } = viewOf();
    const cpu = Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.includes("gpu")));
    const shown = figures({ metrics: cpu });
    expect(shown["processor"]).toBe("CPU | 31 % | 16 cores");
    expect(shown["memory"]).toBe("Memory | 14.2 of 64 GB | peak 14.2 GB");
  });

  test("of several GPUs the mean load and the fullest memory", () => {
    const { metrics, machine } = viewOf();
    const second = {
      ...metrics,
      "system/gpu.1.utilization": { ...metrics["system/gpu.0.utilization"]!, last: 84 },
      "system/gpu.1.memory": { ...metrics["system/gpu.0.memory"]!, last: 23 * 2 ** 30, max: 23.5 * 2 ** 30 },
    };
    const gpus = [...machine.gpus, { ...machine.gpus[0]!, index: 1 }];
    const shown = figures({ metrics: second, machine: { ...machine, gpus } });
    expect(shown["processor"]).toContain("2 GPUs · RTX 4090 | 89 %");
    expect(shown["memory"]).toBe("GPU 1 memory | 23.0 of 24 GB | peak 23.5 GB");
  });

  test("before the first evaluation the loss stands in for the best value; NaN is a word", () => {
    expect(figures({ best: null })["best"]).toBe("Training loss | 0.2145 | step 846");
    const { metrics } = viewOf();
    const broken = { ...metrics, "train/loss": { ...metrics["train/loss"]!, last: "NaN" as const } };
    expect(figures({ best: null, metrics: broken })["best"]).toBe("Training loss | NaN | step 846");
  });

  test.each([
    [0.9141, "+0.0027", "better"],
    [0.92, "\u22120.0032", "worse"],
    [0.9168, "+0.0000", "same"],
  ])("a reference of %s gives the difference %s, %s", (value, text, kind) => {
    const reference = { run: "r", name: "base", value, isParent: false };
    const best = figuresOf(viewOf({ reference }), NOW_MS).find(({ id }) => id === "best");
    expect(best?.delta).toMatchObject({ text, kind });
  });

  test("a lower loss is better, with its minus sign", () => {
    const { metrics } = viewOf();
    const view = viewOf({
      metrics: { ...metrics, "eval/loss": metrics["train/loss"]! },
      best: { metric: "eval/loss", value: 0.2145, step: 760, timeMs: null },
      reference: { run: "r", name: "base", value: 0.2396, isParent: true },
    });
    const best = figuresOf(view, NOW_MS).find(({ id }) => id === "best");
    expect(best?.delta).toMatchObject({ text: "\u22120.0251", kind: "better" });
  });
});

describe("the age in the header", () => {
  test.each<[Partial<RunView>, string]>([
    [{}, "running 8m 55s"],
    [{ ranMs: 60_000 }, "running 9m 55s"],
    [{ state: "queued" }, "waiting 8m 56s"],
    [{ state: "preparing" }, "preparing 8m 55s"],
    [
      {
        state: "finished",
        progress: { step: 1140, total: 1140, epoch: 3 },
        ranMs: 830_000,
        beganMs: null,
        endedMs: 482_000,
      },
      "1,140 steps in 13m 50s, 54s ago",
    ],
    [{ state: "stopped", ranMs: 60_000, beganMs: null, endedMs: 530_000 }, "846 of 1,140 steps in 1m 00s, 6s ago"],
  ])("%o", (changes, text) => expect(ageText(viewOf(changes), NOW_MS)).toBe(text));
});
