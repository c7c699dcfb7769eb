import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison } from "../../src/runs/compare.ts";
import type { RunListItem, RunRecord } from "../../src/runs/model.ts";
import { CliWorkspace, type Output } from "../support/cli.ts";
import { expectForm } from "../support/expect-schema.ts";
import {
  BucketsSchema,
  ComparisonSchema,
  ErrorSchema,
  ListItemSchema,
  MetricSummarySchema,
  PointsSchema,
  RunSchema,
} from "../support/run-schema.ts";

/** Every command about runs, on two finished runs of the built-in tiny model. */

let workspace: CliWorkspace;
let shown: Output;
let first: RunRecord;
let second: RunRecord;

beforeAll(async () => {
  workspace = new CliWorkspace();
  shown = await workspace.run("start", "finetune.yaml", "--name", "first", "--wait");
  second = await workspace.json("start", "finetune.yaml", "--wait", "--set", "train.learning_rate=0.001");
  first = await workspace.json("show", "first");
});
afterAll(() => workspace.remove());

describe("start --wait", () => {
  test("shows evaluations as they come and ends with the result beside simple rules", () => {
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^Started first\.$/m);
    expect(
      shown.stdout.match(/^Evaluation at step \d+ {2}loss [\d.e-]+ {2}accuracy [\d.]+ {2}f1_macro [\d.]+$/gm),
    ).toHaveLength(3);
    expect(shown.stdout).toMatch(/^first {2}finished {2}15 steps, took \d+s$/m);
    expect(shown.stdout).toMatch(/^Best f1_macro: [\d.]+ at step \d+\.$/m);
    expect(shown.stdout).toMatch(/^this run at step \d+ +[\d.]+/m);
    expect(shown.stdout).toMatch(/^majority class +0\.5000 +0\.3333/m);
    expect(shown.stdout).toMatch(/^linear model on words +[\d.]+/m);
    expect(shown.stdout).toContain(`folder   ${first.dir}`);
    expect(shown.stdout).toContain(`tuning-fork show ${first.id}`);
    expect(shown.stdout).not.toContain("\u001B");
  });

  test("with --json prints the final record and nothing else", () => {
    expectForm(RunSchema, second);
    expect(second).toMatchObject({
      name: "toy",
      state: "finished",
      progress: { step: 15, total: 15, epoch: 3 },
      parent: null,
    });
    expect(second.config).toMatchObject({ train: { learning_rate: 0.001, per_device_train_batch_size: 8 } });
    expect(second.origins["train.learning_rate"]).toBe("override");
  });

  test("leaves a whole run folder and nothing half-made, out of version control", () => {
    for (const file of [
      "run.json",
      "meta.json",
      "config.json",
      "origins.json",
      "config.yaml",
      "environment.json",
      "launch.json",
    ]) {
      expect(existsSync(join(first.dir, file)), file).toBe(true);
    }
    expect(readFileSync(join(workspace.folder, ".tuning-fork/.gitignore"), "utf8")).toBe("*\n");
    expect(first.environment).toMatchObject({
      cwd: workspace.folder,
      dataFiles: [{ path: join(workspace.folder, "toy.csv") }],
    });
  });
});

describe("show", () => {
  test("--json is the stable form; checkpoints are those on disk", () => {
    expectForm(RunSchema, first);
    expect(first.endedMs).toBeGreaterThan(first.startedMs ?? Infinity);
    expect(first.process).toMatchObject({ exitCode: 0, signal: null });
    expect(first.metrics["train/loss"]).toMatchObject({ count: 15, lastStep: 15 });
    expect(first.checkpoints.length).toBeGreaterThan(0);
    for (const { path } of first.checkpoints) expect(existsSync(path), path).toBe(true);
    expect(first.checkpoints.at(-1)?.tags).toContain("last");
  });

  test("as text has state, metrics and checkpoints in aligned tables", async () => {
    const { code, stdout } = await workspace.run("show", "first");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^first {2}finished$/m);
    expect(stdout).toMatch(/^progress {2}15 of 15 steps, epoch 3\.00, took/m);
    expect(stdout).toMatch(/^train\/loss {2}[▁▂▃▄▅▆▇█]{15} {2}[\d.]+$/m);
    expect(stdout).toMatch(/^eval\/f1_macro +[\d.]+ +15 /m);
    expect(stdout).toMatch(/^ +15 +[\d.]+ MB +(?:best, )?last/m);
  });

  test("a run is named by id, its beginning, its name or “last”", async () => {
    for (const name of [first.id, first.id.toLowerCase(), "first"]) {
      expect((await workspace.json("show", name)).id).toBe(first.id);
    }
    for (const name of ["toy", "last", "@last", second.id.slice(0, 22)]) {
      expect((await workspace.json("show", name)).id).toBe(second.id);
    }
  });

  test("a name of several runs is refused with the candidates", async () => {
    const { code, stdout, stderr } = await workspace.run("show", first.id.slice(0, 4), "--json");
    expect(code).toBe(1);
    const { error } = expectForm(ErrorSchema, JSON.parse(stdout) as { error: { code: string; message: string } });
    expect(error.code).toBe("run-ambiguous");
    expect(error.message).toContain(first.id);
    expect(error.message).toContain(second.id);
    expect(stderr).toMatch(/^error: .*names 2 runs/);
  });

  test("an unknown name says so", async () => {
    const { code, stdout } = await workspace.run("show", "nope", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "run-not-found" } });
  });
});

describe("list", () => {
  test("--json is an array of runs, newest first; a filter chooses among them", async () => {
    const runs = expectForm(Type.Array(ListItemSchema), await workspace.json<RunListItem[]>("list"));
    expect(runs.map(({ name }) => name)).toEqual(["toy", "first"]);
    expect(await workspace.json<RunListItem[]>("list", "--limit", "1")).toHaveLength(1);
    expect(
      (await workspace.json<RunListItem[]>("list", "--filter", "name:first state:finished")).map(({ id }) => id),
    ).toEqual([first.id]);
    expect(await workspace.json("list", "--filter", "state:running")).toEqual([]);
  });

  test("as text has a line a run with a curve of the loss, and says what it hides", async () => {
    const { stdout } = await workspace.run("list");
    const [head, newest, oldest] = stdout.split("\n");
    expect(head).toMatch(/^ {2}ID +NAME +STATE +STEP +LOSS +RESULT +STARTED$/);
    expect(newest).toMatch(
      new RegExp(`^ {2}${second.id} {2}toy +finished +15 +[\\d.]+ +[▁▂▃▄▅▆▇█]+ +[\\d.]+ f1_macro +\\d+s ago$`),
    );
    expect(oldest?.indexOf("finished")).toBe(newest?.indexOf("finished"));
    expect((await workspace.run("list", "--limit", "1")).stdout).toMatch(/Older runs are hidden/);
  });

  test("works from a folder below, from elsewhere with --workspace, and where there are no runs", async () => {
    const elsewhere = new CliWorkspace();
    try {
      expect((await elsewhere.run("list", "--json")).stdout).toBe("[]\n");
      expect((await elsewhere.run("list")).stdout).toMatch(/^No runs yet\./);
      expect(existsSync(join(elsewhere.folder, ".tuning-fork"))).toBe(false);
      expect(await elsewhere.json<RunListItem[]>("-C", workspace.folder, "list")).toHaveLength(2);
      expect(await elsewhere.json<RunListItem[]>("list", "--workspace", workspace.folder)).toHaveLength(2);
    } finally {
      elsewhere.remove();
    }
  });
});

describe("metrics", () => {
  test("without a name summarises each", async () => {
    const metrics = expectForm(
      Type.Record(Type.String(), MetricSummarySchema),
      await workspace.json("metrics", "first"),
    );
    expect(metrics).toEqual(first.metrics);
    expect((await workspace.run("metrics", "first")).stdout).toMatch(/^METRIC +LAST +AT STEP/);
  });

  test("with a name gives every point, a stretch of them, or buckets", async () => {
    const { points } = expectForm(
      PointsSchema,
      await workspace.json<{ points: number[][] }>("metrics", "first", "train/loss"),
    );
    expect(points.map(([step]) => step)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(points.at(-1)?.[1]).toBe(first.metrics["train/loss"]?.last);
    const part = await workspace.json<{ points: number[][] }>(
      "metrics",
      "first",
      "train/loss",
      "--from",
      "3",
      "--to",
      "5",
    );
    expect(part.points).toEqual(points.slice(2, 5));
    const coarse = expectForm(
      BucketsSchema,
      await workspace.json<{ points: number[][] }>("metrics", "first", "train/loss", "--points", "4"),
    );
    expect(coarse.points.length).toBeLessThanOrEqual(4);
    expect(coarse.points.reduce((sum, [, , , , , count = 0]) => sum + count, 0)).toBe(15);
    expect(coarse.points[0]?.[0]).toBe(1);
    expect(coarse.points.at(-1)?.[1]).toBe(15);
  });

  test("an unknown metric names those there are", async () => {
    const { code, stderr } = await workspace.run("metrics", "first", "train/los");
    expect(code).toBe(1);
    expect(stderr).toMatch(/has no metric “train\/los”\. It has: train\/loss/);
  });
});

test("log prints output.log as it is", async () => {
  writeFileSync(join(first.dir, "output.log"), "line 1\nline ä\n");
  expect((await workspace.run("log", "first")).stdout).toBe("line 1\nline ä\n");
  expect((await workspace.run("log", "-f", "first")).code).toBe(0);
  expect(await workspace.json("log", "first")).toEqual({ id: first.id, output: "line 1\nline ä\n" });
});

test("compare lists what differs and the metrics with Δ to the first", async () => {
  const comparison = expectForm(ComparisonSchema, await workspace.json<Comparison>("compare", "first", "toy"));
  expect(comparison.runs.map(({ id }) => id)).toEqual([first.id, second.id]);
  expect(comparison.config).toEqual([{ key: "train.learning_rate", values: [0.003, 0.001] }]);
  expect(comparison.environment).toEqual([]);
  const loss = comparison.metrics.find(({ name }) => name === "eval/loss");
  expect(loss?.goal).toBe("min");
  expect(loss?.deltas).toEqual([0, Number(loss?.values[1]) - Number(loss?.values[0])]);

  const { stdout } = await workspace.run("compare", "first", "toy");
  expect(stdout).toMatch(/^train\.learning_rate +3e-3 +1e-3$/m);
  expect(stdout).toMatch(/^eval\/loss +[\d.]+ +[\d.]+ [▲▽ ] +[+−][\d.]+$/m);
  expect((await workspace.run("compare", "first", "first")).code).toBe(2);
});

describe("export", () => {
  test("writes record and points as JSON; never over a file unless forced", async () => {
    const { file } = await workspace.json<{ file: string }>("export", "first");
    expect(file).toBe(join(workspace.folder, "first.json"));
    const { run, series } = JSON.parse(readFileSync(file, "utf8")) as {
      run: RunRecord;
      series: Record<string, number[][]>;
    };
    expect(run.id).toBe(first.id);
    expect(series["train/loss"]).toEqual(
      (await workspace.json<{ points: number[][] }>("metrics", "first", "train/loss")).points,
    );

    const again = await workspace.run("export", "first");
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/exists already/);
    expect((await workspace.run("export", "first", "--force")).code).toBe(0);
  });

  test("writes points as CSV, to standard output too", async () => {
    const { stdout } = await workspace.run("export", "first", "--format", "csv", "--out", "-");
    const lines = stdout.trimEnd().split("\r\n");
    expect(lines[0]).toBe("metric,step,value,time_ms");
    expect(lines.filter((line) => line.startsWith("train/loss,"))).toHaveLength(15);
  });
});

test("tags, note, star and name are kept in the run's folder and survive a rebuild", async () => {
  expect(await workspace.json("tag", "first", "paper", "old")).toEqual({
    id: first.id,
    name: "first",
    tags: ["paper", "old"],
  });
  expect(await workspace.json<{ tags: string[] }>("tag", "first", "--remove", "old")).toMatchObject({
    tags: ["paper"],
  });
  expect((await workspace.run("note", "first", "the good one")).code).toBe(0);
  expect((await workspace.run("star", "first")).code).toBe(0);
  expect((await workspace.run("rename", "first", "best")).code).toBe(0);
  const before = await workspace.json("show", "best");
  expect(before).toMatchObject({ id: first.id, tags: ["paper"], note: "the good one", starred: true });
  expect(await workspace.json("reindex")).toMatchObject({ runs: 2 });
  expect(await workspace.json("show", "best")).toEqual(before);

  expect((await workspace.run("rename", "best", "last")).stderr).toMatch(/means the newest run/);
  expect((await workspace.run("rename", "best", "first")).code).toBe(0);
  expect((await workspace.run("star", "first", "--remove")).code).toBe(0);
  expect(await workspace.json("show", "first")).toMatchObject({ name: "first", starred: false });
});

test("delete moves to the trash, restore takes back, --permanently removes with consent only", async () => {
  const ids = async (...more: string[]): Promise<string[]> =>
    (await workspace.json<RunListItem[]>("list", ...more)).map(({ id }) => id);
  const third = await workspace.json(
    "start",
    "finetune.yaml",
    "--name",
    "third",
    "--wait",
    "--set",
    "train.max_steps=2",
  );
  expect((await workspace.run("delete", "third", "first")).stdout).toMatch(/^Moved 2 runs to the trash, [\d.]+ MB\./);
  expect(await ids()).toEqual([second.id]);
  expect(await ids("--trashed")).toEqual([third.id, first.id]);
  expect((await workspace.run("restore", "first")).code).toBe(0);
  expect(await ids()).toEqual([second.id, first.id]);
  expect((await workspace.run("restore", "first")).stderr).toMatch(/not in the trash/);

  const refused = await workspace.run("delete", "third", "--permanently");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/needs --yes here \(1 run, [\d.]+ MB: third\)/);
  expect(existsSync(third.dir)).toBe(true);
  expect((await workspace.run("delete", "third", "--permanently", "--yes")).code).toBe(0);
  expect(existsSync(third.dir)).toBe(false);
  expect(await ids("--trashed")).toEqual([]);
});
