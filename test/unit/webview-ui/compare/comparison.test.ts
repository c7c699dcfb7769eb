import { describe, expect, test } from "vitest";
import type { PageDifference } from "../../../../src/messages/compare-page.ts";
import type { MetricView } from "../../../../src/messages/run-view.ts";
import { codeDifferences, codeGroups } from "../../../../webview-ui/compare/code-groups.ts";
import { comparisonCsv, comparisonJson, fileName } from "../../../../webview-ui/compare/export.ts";
import { finalRows } from "../../../../webview-ui/compare/finals.ts";
import { readKept } from "../../../../webview-ui/compare/kept.ts";
import { CompareNews } from "../../../../webview-ui/compare/news.ts";
import { settingsOf } from "../../../../webview-ui/compare/settings.ts";
import { compareSections, pinnedSpecs } from "../../../../webview-ui/compare/specs.ts";
import { subtitleOf } from "../../../../webview-ui/compare/subtitle.ts";
import { comparison, metric, run } from "./make.ts";

const f1 = (max: number): Record<string, MetricView> => ({ "eval/f1": metric({ max, maxStep: 10, goal: "max" }) });

describe("letters, colours and the baseline", () => {
  test("letters follow the order, columns begin with the baseline", () => {
    const { runs, columns, baseline } = comparison([run({ id: "a" }), run({ id: "b" }), run({ id: "c" })], {
      chosen: "b",
    });
    expect(runs.map(({ letter }) => letter)).toEqual(["A", "B", "C"]);
    expect(columns.map(({ letter }) => letter)).toEqual(["B", "A", "C"]);
    expect(baseline.run.id).toBe("b");
  });

  test("a chosen baseline that is no longer compared gives way to the workspace's, and that to the first run", () => {
    const runs = [run({ id: "a" }), run({ id: "b" })];
    expect(comparison(runs, { chosen: "gone", baseline: "b" }).baseline.letter).toBe("B");
    expect(comparison(runs, { chosen: "gone", baseline: "gone too" }).baseline.letter).toBe("A");
  });

  test("of two runs with one colour the later borrows a free one", () => {
    const slots = comparison([run({ slot: 3 }), run({ slot: 3 }), run({ slot: 1 })]).runs.map(({ slot }) => slot);
    expect(slots).toEqual([3, 2, 1]);
  });

  test("of more than twelve only baseline, best and pinned runs have a colour", () => {
    const runs = Array.from({ length: 13 }, (_, at) => run({ id: `r${at}`, metrics: f1(at === 7 ? 0.9 : 0.5) }));
    const coloured = comparison(runs, { pinned: ["r11"] }).runs.filter(({ isMuted }) => !isMuted);
    expect(coloured.map(({ run: { id } }) => id)).toEqual(["r0", "r7", "r11"]);
    expect(comparison(runs.slice(0, 12)).runs.filter(({ isMuted }) => isMuted)).toEqual([]);
  });

  test("the best is the one by the metric's goal, none while all are equal", () => {
    const best = (values: number[]) =>
      comparison(values.map((value, at) => run({ id: `r${at}`, metrics: f1(value) }))).best;
    expect(best([0.5, 0.9, 0.7])).toBe("r1");
    expect(best([0.5, 0.5])).toBeUndefined();
    const losses = [0.5, 0.2].map((min, at) =>
      run({ id: `r${at}`, metrics: { "eval/loss": metric({ min, minStep: 1, goal: "min" }) }, best: "eval/loss" }),
    );
    expect(comparison(losses).best).toBe("r1");
  });
});

describe("the subtitle", () => {
  const same = { data: "x", trainRows: 24_310, evalRows: 2702, seed: 42 };
  test("says what is the same", () => {
    expect(subtitleOf(comparison([run(same), run(same)]))).toEqual({
      text: "same data (train 24,310 rows, dev 2,702 rows), same seed 42",
      isWarning: false,
    });
  });

  test("warns of other data and other seeds, and names the runs", () => {
    const runs = [run(same), run({ ...same, seed: 43 }), run({ ...same, data: "y" })];
    expect(subtitleOf(comparison(runs))).toEqual({
      text: "other data than A: C · other seed than A: B",
      isWarning: true,
    });
    const fewer = [run(same), run({ ...same, trainRows: 100 })];
    expect(subtitleOf(comparison(fewer)).text).toBe("other rows than A: B");
  });

  test("claims nothing that was not recorded", () => {
    const runs = [run(same), run({ ...same, data: null, seed: null })];
    expect(subtitleOf(comparison(runs))).toEqual({
      text: "data files were not recorded for every run",
      isWarning: false,
    });
  });
});

describe("final metrics", () => {
  const view = (values: (number | "NaN" | null)[]) =>
    comparison(
      values.map(() => run({ durationMs: 757_000, stepsPerSecond: 1.55, peakMemory: { bytes: 7e9, of: "gpu" } })),
      {
        finals: [
          { name: "eval/loss", goal: "min", values },
          { name: "eval/f1_macro", goal: "max", values },
        ],
      },
    );

  test("better follows the goal, the sign arithmetic; a missing value has no difference", () => {
    const [first, second] = finalRows(view([0.5, 0.25, null, "NaN"]));
    expect(first!.id).toBe("eval/f1_macro");
    expect(first!.cells.map(({ text, delta }) => [text, delta?.text, delta?.kind])).toEqual([
      ["0.5000", undefined, undefined],
      ["0.2500", "−0.2500", "worse"],
      ["–", undefined, undefined],
      ["NaN", undefined, undefined],
    ]);
    expect(second).toMatchObject({ id: "eval/loss", label: "eval/loss" });
    expect(second!.cells[1]).toMatchObject({ isBest: true, delta: { text: "−0.2500", kind: "better" } });
    expect(second!.cells.filter(({ isBest }) => isBest)).toHaveLength(1);
  });

  test("nothing is best where all are the same", () => {
    const time = finalRows(view([1, 1])).find(({ id }) => id === "time")!;
    expect(time.cells.map(({ text, isBest, delta }) => [text, isBest, delta?.text])).toEqual([
      ["12m 37s", false, undefined],
      ["12m 37s", false, "±0"],
    ]);
  });

  test("time and memory are better when less, speed when more", () => {
    const runs = [
      run({ durationMs: 757_000, stepsPerSecond: 1.55, peakMemory: { bytes: 6.5 * 2 ** 30, of: "gpu" } }),
      run({ durationMs: 402_000, stepsPerSecond: 2.86, peakMemory: { bytes: 4.4 * 2 ** 30, of: "gpu" } }),
      run({ durationMs: 830_000, stepsPerSecond: null, peakMemory: { bytes: 2 ** 30, of: "main" } }),
    ];
    const rows = finalRows(comparison(runs));
    expect(rows.map(({ label, cells: [, b, c] }) => [label, b!.delta?.text, b!.delta?.kind, c!.text])).toEqual([
      ["train time", "−5m 55s", "better", "13m 50s"],
      ["GPU memory", "−2.1 GB", "better", "–"],
      ["speed", "+1.31", "better", "–"],
    ]);
    expect(rows[0]!.cells[2]!.delta).toEqual({ text: "+1m 13s", kind: "worse" });
  });
});

describe("settings", () => {
  const difference = (key: string, ...values: unknown[]): PageDifference => ({
    key,
    values: values.map((value) => ({ value: value ?? null, absent: value === undefined })),
    differs: true,
  });
  const texts = (...args: Parameters<typeof difference>) => settingsOf(difference(...args)).map(({ text }) => text);

  test("are written as a config would have them", () => {
    expect(texts("train.learning_rate", 2e-4, 0.05, 3)).toEqual(["2e-4", "0.05", "3"]);
    expect(texts("method.target_modules", ["query", "value"], [], "auto")).toEqual(["query, value", "none", "auto"]);
    expect(texts("x", null, undefined, true, "")).toEqual(["null", "–", "true", '""']);
    expect(texts("uncommitted", 0, 1, 2)).toEqual(["none", "1 file", "2 files"]);
  });

  test("names of models are shortened where that leaves them apart", () => {
    expect(texts("model.name_or_path", "microsoft/deberta-v3-base", "FacebookAI/roberta-base")).toEqual([
      "deberta-v3-base",
      "roberta-base",
    ]);
    expect(texts("model.name_or_path", "one/bert", "two/bert")).toEqual(["one/bert", "two/bert"]);
    expect(settingsOf(difference("model.name_or_path", "one/bert"))[0]).toEqual({ text: "bert", full: "one/bert" });
  });
});

describe("charts", () => {
  test("a metric of any run is a chart; a run without it has no line", () => {
    const runs = [
      run({ id: "a", metrics: { "train/loss": metric({}), "eval/f1": metric({ goal: "max", max: 0.9, maxStep: 4 }) } }),
      run({ id: "b", metrics: { "train/loss": metric({}), ["__proto__"]: metric({}) } }),
    ];
    const made = comparison(runs);
    const sections = compareSections(made);
    const specs = new Map(sections.flatMap((section) => section.specs.map((spec) => [spec.id, spec])));
    expect([...specs.keys()]).toEqual(["train/loss", "eval/f1", "__proto__"]);
    expect(specs.get("eval/f1")).toMatchObject({
      subtitle: "higher is better",
      baseline: "a",
      best: [{ line: "a", step: 4, value: 0.9 }],
    });
    expect(specs.get("eval/f1")!.lines.map((line) => line.run)).toEqual(["a"]);
    expect(specs.get("__proto__")!.baseline).toBeUndefined();
    expect(pinnedSpecs(sections, made).map(({ id }) => id)).toEqual(["eval/f1", "train/loss"]);
  });

  test("what has a colour is drawn last", () => {
    const runs = Array.from({ length: 14 }, (_, at) => run({ id: `r${at}`, metrics: { "train/loss": metric({}) } }));
    const [section] = compareSections(comparison(runs, { pinned: ["r5"] }));
    expect(section!.specs[0]!.lines.slice(-2).map((line) => line.run)).toEqual(["r0", "r5"]);
  });
});

test("runs are grouped by their code, as seen from the baseline", () => {
  const made = comparison(["x", "x", "y", "y", null].map((code) => run({ code })));
  const { differing, same, unknown } = codeGroups(made);
  const letters = (runs: readonly { letter: string }[]) => runs.map(({ letter }) => letter).join("");
  expect([differing.map(({ runs }) => letters(runs)), letters(same), letters(unknown)]).toEqual([["CD"], "B", "E"]);
  expect(codeDifferences(made)).toBe(2);
  expect(codeDifferences(comparison([run({ code: null }), run({ code: "x" })]))).toBe(0);
});

describe("exports", () => {
  const made = comparison([run({ id: "a", name: "one, first" }), run({ id: "b", name: "two" })], {
    finals: [{ name: "eval/f1", goal: "max", values: [0.5, "NaN"] }],
    config: [
      {
        key: "train.lr",
        differs: true,
        values: [
          { value: 2e-4, absent: false },
          { value: null, absent: true },
        ],
      },
    ],
  });

  test("CSV has every table, values as they are", () => {
    const lines = comparisonCsv(made).split("\r\n");
    expect(lines[0]).toBe('table,key,differs,"A one, first",B two');
    expect(lines[1]).toBe("results,eval/f1,true,0.5,NaN");
    expect(lines).toContain("config,train.lr,true,0.0002,");
  });

  test("JSON has the runs with what they lack left out", () => {
    const { baseline, runs } = JSON.parse(comparisonJson(made)) as {
      baseline: string;
      runs: Record<string, unknown>[];
    };
    expect(baseline).toBe("a");
    expect(runs.map(({ config, results }) => [config, (results as Record<string, unknown>)["eval/f1"]])).toEqual([
      [{ "train.lr": 2e-4 }, 0.5],
      [{}, "NaN"],
    ]);
  });

  test("file names hold on every system", () => {
    expect(fileName('a/b\\c:d*"e" 模型', "csv")).toBe("a-b-c-d-e-模型.csv");
    expect(fileName("x".repeat(500), "csv")).toHaveLength(124);
  });
});

test("of what an earlier page kept, only what is understood is taken", () => {
  const kept = readKept({ tab: "config", baseline: "b", pinned: "no list", equalConfig: 3, unknown: 1 });
  expect(kept).toMatchObject({ tab: "config", baseline: "b", equalConfig: false });
  expect(readKept({ tab: "gone" }).tab).toBe("overview");
  expect(readKept(undefined)).toMatchObject({ tab: "overview", pinned: [] });
  expect(kept.pinned).toEqual([]);
});

test("news are a run's new state and another best run, not what was there before", () => {
  const news = new CompareNews();
  const now = (state: "running" | "finished", second: number) =>
    news.of(
      comparison([
        run({ id: "a", name: "one", metrics: f1(0.5) }),
        run({ id: "b", name: "two", state, metrics: f1(second) }),
      ]),
    );
  expect(now("running", 0.25)).toEqual([]);
  expect(now("running", 0.25)).toEqual([]);
  expect(now("running", 0.75)).toEqual([["best", "two is best now: f1 0.7500."]]);
  expect(now("finished", 0.75)).toEqual([["state b", "two: Finished."]]);
});
