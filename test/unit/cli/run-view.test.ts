import pico from "picocolors";
import { expect, test } from "vitest";
import { RunView } from "../../../src/cli/run-view.ts";
import type { Terminal } from "../../../src/cli/terminal.ts";
import type { AnyEvent } from "../../../src/journal/events.ts";

function terminal(interactive: boolean): Terminal & { text: () => string } {
  let text = "";
  return {
    write: (more) => void (text += more),
    line: (more = "") => void (text += `${more}\n`),
    colours: pico.createColors(false),
    interactive,
    columns: () => 120,
    text: () => text,
  };
}

const progress = (step: number, more: Partial<Extract<AnyEvent, { t: "progress" }>> = {}): AnyEvent => ({
  t: "progress",
  timeMs: 0,
  step,
  total: 40,
  epoch: 0.5,
  samplesPerSecond: 12.5,
  etaMs: 61_000,
  ...more,
});

test("on a terminal one line is redrawn: bar, steps, loss, speed, time left; phases before the first step", () => {
  const screen = terminal(true);
  const view = new RunView(screen, 0);
  view.update([progress(0, { phase: "loading data", timeMs: 1000 })], 4000);
  view.update([{ t: "metrics", timeMs: 0, step: 10, values: { "train/loss": 0.5 } }, progress(10)], 5000);
  const [phase, bar] = screen.text().split("\r\u001B[K").slice(1);
  expect(phase).toBe("Loading data, 3s");
  expect(bar).toMatch(
    /^█{6}░{18} 25 % {2}10 of 40 steps {2}loss 0\.5000 {2}12\.5 samples\/s {2}1m 01s left, ≈ \d\d:\d\d$/,
  );
});

test("evaluations, alerts and changes of state are lines that stay", () => {
  const screen = terminal(true);
  const view = new RunView(screen, 0);
  view.update(
    [
      { t: "metrics", timeMs: 0, step: 20, values: { "train/loss": 0.4, "eval/loss": 0.41, "eval/accuracy": 0.875 } },
      { t: "alert", timeMs: 0, level: "warning", code: "x", message: "The loss\u001B[2J jumped.", step: 20 },
      { t: "state", timeMs: 0, state: "stopping", cause: "Stop asked by cli, user root." },
      { t: "state", timeMs: 0, state: "running", cause: "" },
    ],
    0,
  );
  view.close();
  const lines = screen.text().replaceAll("\r\u001B[K", "").split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "Evaluation at step 20  loss 0.4100  accuracy 0.8750",
    "The loss jumped.",
    "stopping: Stop asked by cli, user root.",
  ]);
});

test("without a terminal the bar becomes a plain line every few seconds", () => {
  const screen = terminal(false);
  const view = new RunView(screen, 0);
  for (let second = 10; second <= 22; second++) view.update([progress(second)], second * 1000);
  expect(screen.text()).not.toContain("\r");
  expect(screen.text().match(/\d+ of 40 steps/g)).toEqual(["10 of 40 steps", "15 of 40 steps", "20 of 40 steps"]);
});
