import { describe, expect, test } from "vitest";
import type { RunView } from "../../../../src/messages/run-view.ts";
import { headerButtons, menuEntries } from "../../../../webview-ui/run/actions.ts";
import { News } from "../../../../webview-ui/run/news.ts";
import { alertNotice, quietFacts, stateNotice } from "../../../../webview-ui/run/notices.ts";
import { alert, checkpoint, NOW_MS, viewOf } from "./view.ts";

const said = (changes: Partial<RunView>, nowMs = NOW_MS): string | undefined => {
  const notice = stateNotice(viewOf(changes), nowMs);
  return notice && `${notice.kind}: ${notice.lead}${notice.links.map(({ label }) => ` [${label}]`).join("")}`;
};

describe("what a state has to say", () => {
  test.each<[Partial<RunView>, string | undefined]>([
    [{}, undefined],
    [{ state: "finished" }, undefined],
    [
      {
        state: "preparing",
        phase: "loading the model",
        phaseMs: NOW_MS - 42_000,
        progress: { step: 0, total: null, epoch: null },
      },
      "info: Loading the model, 42s so far.",
    ],
    [{ state: "preparing", beganMs: NOW_MS - 3000 }, "info: Starting the trainer, 3s so far."],
    [
      { progress: { step: 0, total: 10, epoch: 0 }, beganMs: NOW_MS - 5000 },
      "info: Waiting for the first step, 5s so far.",
    ],
    [
      { state: "stalled", lastDataMs: NOW_MS - 180_000, usualGapMs: 2000 },
      "warning: No data for 3m 00s; usual gap 2s. [Open log]",
    ],
    [{ state: "stopping", forcedAtMs: NOW_MS + 8000 }, "info: Stopping, forced in 8s. [Stop now]"],
    [{ state: "stopping", forcedAtMs: NOW_MS - 1000 }, "info: Stopping by force."],
    [{ state: "stopping", forcedAtMs: NOW_MS + 8000, readOnly: "no" }, "info: Stopping, forced in 8s."],
    [
      { state: "crashed", cause: "Killed by the kernel: out of memory." },
      "error: Killed by the kernel: out of memory.",
    ],
  ])("%o", (changes, text) => expect(said(changes)).toBe(text));

  test("a failure shows its last traceback line and leads to it in the log and to its remedy", () => {
    const view = viewOf({
      state: "failed",
      cause: "CUDA out of memory.",
      failure: { lines: ["Traceback (most recent call last):", "  main()", "torch.OutOfMemoryError: no"], logLine: 30 },
      remedy: { kind: "config", key: "train.per_device_train_batch_size" },
    });
    const notice = stateNotice(view, NOW_MS);
    expect(notice?.code).toBe("torch.OutOfMemoryError: no");
    expect(notice?.links).toEqual([
      { label: "Open log", go: { tab: "log", line: 32 } },
      {
        label: "Fix in config",
        action: { do: "openConfig", run: view.id, key: "train.per_device_train_batch_size" },
      },
    ]);
  });

  test("a last line that tells of no error is not shown as one", () => {
    const view = viewOf({ state: "failed", cause: "NaN.", failure: { lines: ["56 %| 640/1140"], logLine: 3 } });
    expect(stateNotice(view, NOW_MS)).not.toHaveProperty("code");
  });
});

describe("an alert", () => {
  test("leads to its step, and forks from the last checkpoint at or before it that is there", () => {
    const view = viewOf({ checkpoints: [checkpoint(665), checkpoint(760, false), checkpoint(855)] });
    const notice = alertNotice(view, alert(812));
    expect([notice.lead, notice.text]).toEqual(["Loss spiked ×9 at step 812", "(0.187 → 1.69). Gradient norm 14.2."]);
    expect(notice.links).toEqual([
      { label: "Show", go: { tab: "charts", step: 812 } },
      { label: "Fork from step 665", action: { do: "forkRun", run: view.id, step: 665 } },
      { label: "Mute this rule", action: { do: "muteAlert", run: view.id, code: "loss-spike", muted: true } },
    ]);
  });

  test("without a step or a checkpoint before it offers neither", () => {
    const labels = (step: number | null, checkpoints: RunView["checkpoints"]): string[] =>
      alertNotice(viewOf({ checkpoints }), alert(step)).links.map(({ label }) => label);
    expect(labels(null, [checkpoint(1)])).toEqual(["Mute this rule"]);
    expect(labels(5, [checkpoint(6)])).toEqual(["Show", "Mute this rule"]);
  });
});

describe("quiet facts", () => {
  test("tell of a resume, a stop and what can go on", () => {
    const segments = [
      { segment: 1, fromStep: 0, cutStep: 760, startedMs: 1000 },
      { segment: 2, fromStep: 760, cutStep: null, startedMs: Date.now() },
    ];
    expect(quietFacts(viewOf({ segments }))[0]).toMatch(/^Resumed from step 760 at \d\d:\d\d; /);
    expect(quietFacts(viewOf({ state: "stopped", cause: "Stopped by ada." }))).toEqual([
      "Stopped by ada.",
      "It can go on from step 760 (18.9 MB).",
    ]);
    expect(quietFacts(viewOf())).toEqual([]);
  });
});

describe("what can be done", () => {
  const labels = (changes: Partial<RunView>): string[] =>
    headerButtons(viewOf(changes)).map(
      ({ label, isPrimary, disabled }) => `${isPrimary ? "*" : ""}${label}${disabled ? ` (${disabled})` : ""}`,
    );

  test.each<[Partial<RunView>, string[]]>([
    [{}, ["Stop", "Fork…"]],
    [{ checkpoints: [] }, ["Stop", "Fork… (There is no checkpoint yet.)"]],
    [{ state: "stopping" }, ["Stop (It is being stopped.)", "Fork…"]],
    [{ state: "finished" }, ["Rerun", "Export…"]],
    [{ state: "failed" }, ["*Resume", "Fork…"]],
    [
      { state: "crashed", checkpoints: [] },
      ["*Resume (There is no checkpoint to go on from.)", "Fork… (There is no checkpoint yet.)"],
    ],
    [{ state: "finished", trashed: true }, ["*Restore"]],
    [{ readOnly: "Trust this folder." }, ["Stop (Trust this folder.)", "Fork… (Trust this folder.)"]],
    [{ state: "finished", readOnly: "Trust this folder." }, ["Rerun (Trust this folder.)", "Export…"]],
  ])("%o: the header offers %j", (changes, expected) => expect(labels(changes)).toEqual(expected));

  test("the menu has the rest once, and a live run cannot be deleted", () => {
    const entries = menuEntries(viewOf());
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(entries.map(({ label }) => label)).not.toContain("Fork…");
    expect(entries.find(({ label }) => label === "Delete")?.disabled).toBe("Stop it first.");
    expect(menuEntries(viewOf({ state: "finished" })).find(({ label }) => label === "Delete")).not.toHaveProperty(
      "disabled",
    );
  });

  test("the menu offers the comparison with the reference", () => {
    const reference = { run: "other", name: "base", value: 0.9, isParent: false };
    const view = viewOf({ reference });
    expect(menuEntries(view).find(({ label }) => label === "Compare with base")?.action).toEqual({
      do: "compareRuns",
      runs: ["other", view.id],
    });
  });
});

describe("what is read out", () => {
  test("is new: nothing of the first view, then states, alerts and best values as they come", () => {
    const news = new News();
    expect(news.of(viewOf())).toEqual([]);
    expect(news.of(viewOf())).toEqual([]);
    expect(news.of(viewOf({ alerts: [alert(812)] }))).toEqual([["alert", alert(812).message]]);
    const best = { metric: "eval/f1_macro", value: 0.93, step: 855, timeMs: null };
    expect(news.of(viewOf({ alerts: [alert(812)], best }))).toEqual([["best", "Best f1_macro is 0.9300 at step 855."]]);
    expect(news.of(viewOf({ alerts: [alert(812)], best, state: "stalled" }))).toEqual([["state", "Stalled."]]);
  });
});
