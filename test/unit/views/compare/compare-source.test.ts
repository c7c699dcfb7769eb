import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { afterEach, describe, expect, test } from "vitest";
import { writeJsonAtomic } from "../../../../src/base/files.ts";
import { LocalLauncher } from "../../../../src/launch/local.ts";
import { comparePage, type CompareView } from "../../../../src/messages/compare-page.ts";
import { runFile, storePaths } from "../../../../src/runs/layout.ts";
import type { RunsHome } from "../../../../src/runs/open.ts";
import { CompareSource } from "../../../../src/views/compare/source.ts";
import { LiveRuns } from "../../../../src/views/live-runs.ts";
import { RunFolder } from "../../../support/run-folder.ts";
import { storePair } from "../../../support/store-pair.ts";

const pair = storePair();
const ended: (() => void)[] = [];
afterEach(() => ended.splice(0).forEach((end) => end()));

interface Made {
  config?: Record<string, unknown>;
  environment?: Record<string, unknown>;
  facts?: Record<string, unknown>;
  patch?: string;
  baseDir?: string;
}

const DATA = [
  { path: "/project/data/train.jsonl", bytes: 10, sha256: "aa".repeat(32) },
  { path: "/project/data/dev.jsonl", bytes: 5, sha256: "bb".repeat(32) },
];

/** A run as its start left it. */
function made({ config = {}, environment = {}, facts = {}, patch, baseDir }: Made = {}): RunFolder {
  const run = new RunFolder(pair.root, baseDir === undefined ? {} : { baseDir }, { run: { seed: 42 }, ...config });
  writeJsonAtomic(runFile(run.dir, "environment"), { cwd: "/project", dataFiles: DATA, ...environment });
  if (patch !== undefined) writeFileSync(runFile(run.dir, "codePatch"), patch);
  run.segment(1, 0).state("preparing").state("running");
  run.events({ t: "start", timeMs: run.tick(), total: 100, epochs: 2, stepsPerEpoch: 50, facts });
  return run;
}

/** Steps at a steady pace. */
function trained(run: RunFolder, from: number, to: number, msPerStep: number): RunFolder {
  for (let step = from; step <= to; step++) {
    run.tick(msPerStep - 10);
    run.metrics(step, { "train/loss": 1 / step });
  }
  return run;
}

function saved(run: RunFolder, step: number, f1: number, best: boolean): RunFolder {
  const metrics = { "eval/f1_macro": f1, "eval/loss": 1 - f1 };
  run.metrics(step, metrics);
  return run.events({
    t: "checkpoint",
    timeMs: run.tick(),
    step,
    path: `checkpoints/${step}`,
    bytes: 1,
    metrics,
    best,
  });
}

function sourceOf(runs: readonly RunFolder[], baseline?: string) {
  const home: RunsHome = {
    paths: storePaths(pair.root),
    store: pair.store,
    launcher: new LocalLauncher(),
    warnings: [],
    reconcile: async () => {},
    close: async () => {},
  };
  const live = new LiveRuns(home, () => {}, false);
  const around = { baseline: () => baseline, mutedAlerts: () => [], readOnly: () => null };
  const source = new CompareSource(
    home,
    live,
    runs.map(({ id }) => id),
    around,
  );
  return { source, live };
}

/** The view as the page would take it: valid by the contract. */
async function viewOf(runs: readonly RunFolder[], baseline?: string): Promise<CompareView> {
  await pair.store.sync();
  return v.parse(comparePage.view, await sourceOf(runs, baseline).source.view());
}

describe("the state of a comparison", () => {
  test("every key is told, with whether it differs, and what a run lacks", async () => {
    const a = made({ config: { method: { r: 8, targets: ["q", "v"] }, train: { learning_rate: 2e-4 } } });
    const b = made({ config: { method: { r: 8, targets: ["q"] }, train: { learning_rate: 2e-4, epochs: 3 } } });
    const { config } = await viewOf([a, b]);
    const differing = config.filter(({ differs }) => differs);
    expect(differing).toEqual([
      {
        key: "method.targets",
        differs: true,
        values: [
          { value: ["q", "v"], absent: false },
          { value: ["q"], absent: false },
        ],
      },
      {
        key: "train.epochs",
        differs: true,
        values: [
          { value: null, absent: true },
          { value: 3, absent: false },
        ],
      },
    ]);
    expect(config.map(({ key }) => key)).toContain("train.learning_rate");
  });

  test("what runs are called is no difference", async () => {
    const [a, b] = ["one", "two"].map((name) => made({ config: { run: { name, tags: [name], seed: 42 } } }));
    const { config } = await viewOf([a!, b!]);
    expect(config.filter(({ differs }) => differs)).toEqual([]);
    expect(config.map(({ key }) => key)).toEqual(["run.seed"]);
  });

  test("metrics are those of the best checkpoint, the last without one", async () => {
    const a = saved(saved(made(), 10, 0.9, true), 20, 0.8, false);
    const b = made().metrics(5, { "eval/f1_macro": 0.5 }).metrics(9, { "eval/f1_macro": Number.NaN });
    const { finals, runs } = await viewOf([a, b]);
    expect(finals.find(({ name }) => name === "eval/f1_macro")).toEqual({
      name: "eval/f1_macro",
      goal: "max",
      values: [0.9, "NaN"],
    });
    expect(finals.find(({ name }) => name === "eval/loss")?.values).toEqual([expect.closeTo(0.1), null]);
    expect(runs.map(({ bestStep, evaluations }) => [bestStep, evaluations])).toEqual([
      [10, 2],
      [null, 2],
    ]);
  });

  test("speed counts from the first step, time leaves out pauses, memory is the peak", async () => {
    const run = made();
    run.tick(60_000); // loading
    trained(run, 1, 40, 500);
    run.runner({
      t: "system",
      timeMs: run.tick(),
      step: 1,
      values: { "system/gpu.0.memory": 5e9, "system/process.memory": 9e9 },
    });
    run.runner({
      t: "system",
      timeMs: run.tick(),
      step: 3,
      values: { "system/gpu.0.memory": 7e9, "system/gpu.1.memory": 6e9 },
    });
    run.state("stopped").tick(3_600_000);
    const ran = Math.round((60_000 + 40 * 500) / 1000);
    const cpu = made().runner({ t: "system", timeMs: 1, step: 1, values: { "system/process.memory": 3e9 } });
    const { runs } = await viewOf([run, cpu]);
    expect(runs[0]!.stepsPerSecond).toBeCloseTo(2, 1);
    expect(runs[0]!.durationMs! / 1000).toBeGreaterThanOrEqual(ran);
    expect(runs[0]!.durationMs! / 1000).toBeLessThan(ran + 5);
    expect(runs.map(({ peakMemory }) => peakMemory)).toEqual([
      { bytes: 7e9, of: "gpu" },
      { bytes: 3e9, of: "main" },
    ]);
    expect(runs[1]!.stepsPerSecond).toBeNull();
  });

  test("data are the same by content, whatever the files are called", async () => {
    const moved = DATA.map((file) => ({ ...file, path: file.path.replace("/project", "/elsewhere") }));
    const other = [DATA[0]!, { ...DATA[1]!, sha256: "cc".repeat(32) }];
    const all = [{}, { dataFiles: moved }, { dataFiles: other }, { dataFiles: [] }].map((environment) =>
      made({ environment, facts: { trainRows: 100, evalRows: 10 } }),
    );
    const { runs } = await viewOf(all);
    const [a, b, c, d] = runs.map(({ data }) => data);
    expect(a).not.toBeNull();
    expect([b === a, c === a, d]).toEqual([true, false, null]);
    expect(runs[0]).toMatchObject({ trainRows: 100, evalRows: 10, seed: 42 });
  });

  test("the environment says what could change results, and nothing that differs in every run", async () => {
    const git = { commit: "4f2c9e1b7d", branch: "main", dirty: false, untracked: [], patchLeftOut: false };
    const [a, b] = ["2.1", "2.2"].map((torch, at) => {
      const run = made({ facts: { backend: "cuda" } });
      const environment = {
        takenMs: at,
        cwd: "/project",
        command: ["python", "-m", "t", join(run.dir, "config.json")],
        packages: { torch },
        gpus: [{ name: "RTX 4090", uuid: String(at) }],
        git,
        dataFiles: DATA,
      };
      writeJsonAtomic(runFile(run.dir, "environment"), environment);
      return run;
    });
    const { environment } = await viewOf([a!, b!]);
    expect(environment.filter(({ differs }) => differs).map(({ key }) => key)).toEqual(["packages.torch"]);
    const values = Object.fromEntries(environment.map(({ key, values: [first] }) => [key, first!.value]));
    expect(values).toMatchObject({
      "git commit": "4f2c9e1",
      uncommitted: 0,
      gpus: ["RTX 4090"],
      "data/train.jsonl": "sha256 aaaaaaaaaaaa",
      command: "python -m t …/config.json",
      "trainer.backend": "cuda",
    });
  });

  test("code is the same with the same commit and the same uncommitted changes", async () => {
    const git = (commit: string, dirty: boolean) => ({
      git: { commit, dirty, branch: null, untracked: [], patchLeftOut: false },
    });
    const patch = (line: string) => `diff --git a/x b/x\n+${line}\ndiff --git a/y b/y\n+y\n`;
    const all = [
      made({ environment: git("c1", true), patch: patch("x") }),
      made({ environment: git("c1", true), patch: patch("x") }),
      made({ environment: git("c1", true), patch: patch("z") }),
      made({ environment: git("c1", false) }),
      made({ environment: git("c2", false) }),
      made({ environment: { git: null } }),
    ];
    const { runs, environment } = await viewOf(all);
    const codes = runs.map(({ code }) => code);
    expect(codes[1]).toBe(codes[0]);
    expect(new Set(codes).size).toBe(5);
    expect(codes[5]).toBeNull();
    const uncommitted = environment.find(({ key }) => key === "uncommitted")!.values;
    expect(uncommitted.map(({ value }) => value)).toEqual([2, 2, 2, 0, 0, null]);
  });

  test("the workspace's baseline counts only when it is shown; runs that are gone are named", async () => {
    const [a, b] = [made(), made()];
    expect((await viewOf([a, b], b.id)).baseline).toBe(b.id);
    expect((await viewOf([a, b], "01J0000000000000000000000")).baseline).toBe(a.id);
    rmSync(b.dir, { recursive: true });
    await pair.store.touch(b.id);
    const view = await viewOf([a, b], b.id);
    expect(view).toMatchObject({ missing: [b.id], baseline: a.id });
    expect(view.runs.map(({ id }) => id)).toEqual([a.id]);
    expect(await viewOf([])).toMatchObject({ runs: [], baseline: "", finals: [] });
  });
});

describe("while runs go on", () => {
  test("what a run gains is in the next state, and in the points of its series", async () => {
    const [a, b] = [trained(made(), 1, 5, 20), saved(trained(made(), 1, 5, 20), 5, 0.5, true)];
    b.state("finished");
    await pair.store.sync();
    const { source, live } = sourceOf([a, b]);
    let told = 0;
    const watching = source.watch(() => told++);
    ended.push(() => watching.dispose());
    expect((await source.view()).runs.map(({ progress }) => progress.step)).toEqual([5, 5]);
    const series = [{ run: a.id, metric: "train/loss" }];
    await source.gained(series);
    trained(a, 6, 7, 20);
    await live.look();
    expect(told).toBeGreaterThan(0);
    const [gained] = await source.gained(series);
    expect([...gained!.steps]).toEqual([6, 7]);
    expect((await source.view()).runs[0]!.progress.step).toBe(7);
  });

  test("a run that has ended is shown anew when it is renamed or resumed", async () => {
    const run = trained(made(), 1, 5, 20).state("stopped");
    await pair.store.sync();
    const { source, live } = sourceOf([run, made()]);
    const watching = source.watch(() => {});
    ended.push(() => watching.dispose());
    await live.look();
    const before = await source.view();
    run.meta({ name: "renamed" });
    await pair.store.touch(run.id);
    await live.look();
    expect((await source.view()).runs[0]!.name).toBe("renamed");
    run.segment(2, 3).state("preparing").state("running");
    await live.look();
    const after = await source.view();
    expect(after.runs[0]!.state).toBe("running");
    expect(source.epochOf(after)).not.toBe(source.epochOf(before));
  });
});

describe("the code of two runs", () => {
  test("its differing files are named, or why they cannot be", async () => {
    const repository = join(pair.root, "..", "repository");
    mkdirSync(repository);
    const git = (...args: string[]): string =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
        cwd: repository,
        encoding: "utf8",
      });
    git("init", "-q");
    const commit = (text: string): string => {
      writeFileSync(join(repository, "train.py"), text);
      git("add", ".");
      git("commit", "-qm", text);
      return git("rev-parse", "HEAD").trim();
    };
    const [a, b] = ["one", "two"].map((text) =>
      made({ environment: { git: { commit: commit(text), dirty: false } }, baseDir: repository, patch: "" }),
    );
    const none = made({ environment: { git: null }, baseDir: repository });
    await pair.store.sync();
    const { source } = sourceOf([a!, b!, none]);
    const ask = (one: string, other: string) =>
      source.answers.codeChanges({ a: one, b: other }, new AbortController().signal);
    expect(await ask(a!.id, b!.id)).toEqual([{ path: "train.py", change: "changed" }]);
    await expect(ask(a!.id, none.id)).rejects.toThrow(/no commit was recorded/);
    await expect(ask(a!.id, "01J0000000000000000000000")).rejects.toThrow(/no longer there/);
  });
});
