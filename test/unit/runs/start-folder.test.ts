import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identifySelf } from "../../../src/base/identity.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";
import { newRunId } from "../../../src/runs/id.ts";
import { storePaths } from "../../../src/runs/layout.ts";
import { makeRunFolder, type NewRun } from "../../../src/runs/start-folder.ts";
import { makeStore } from "../../../src/runs/workspace.ts";
import { dataFolder } from "../../support/data-folder.ts";

const newRun = (id: string): NewRun => {
  const { config, origins } = resolveConfig({
    version: 1,
    task: "text-classification",
    model: { framework: "tfjs", name_or_path: "builtin:tiny" },
    data: { train: "x.csv" },
  });
  if (!config) throw new Error("the config of this test does not resolve");
  return {
    manifest: {
      version: 1,
      id,
      name: "x",
      createdMs: 1,
      parent: null,
      configFile: "/x.yaml",
      baseDir: "/",
      project: "",
      slot: 1,
      tags: [],
      starter: identifySelf(),
    },
    meta: {},
    config,
    origins,
    configSource: "version: 1\n",
    environment: { node: "20" },
    codePatch: "",
    plan: {
      segment: 1,
      fromStep: 0,
      resumeFrom: null,
      command: ["/bin/true"],
      cwd: "/",
      codeDir: "/",
      gpus: null,
      gracePeriodMs: 1,
      sampleEveryMs: 1,
      by: "test",
    },
  };
};

const emptyStore = () => {
  const root = join(dataFolder(), ".tuning-fork");
  makeStore(root);
  return storePaths(root);
};

test("a run's folder appears whole, under its id", () => {
  const paths = emptyStore();
  const id = newRunId(1_795_000_000_000);
  const seen: string[][] = [];
  const folder = makeRunFolder(paths, { ...newRun(id), fill: () => seen.push(readdirSync(paths.runs)) });
  expect(seen).toEqual([[]]);
  expect(folder).toBe(paths.run(id));
  expect(readdirSync(folder).sort()).toEqual([
    "code.patch",
    "config.json",
    "config.yaml",
    "environment.json",
    "launch.json",
    "meta.json",
    "origins.json",
    "run.json",
  ]);
  expect(JSON.parse(readFileSync(join(folder, "run.json"), "utf8"))).toMatchObject({ id, name: "x" });
  expect(readdirSync(paths.staging)).toEqual([]);
});

test("one that cannot be made leaves no trace", () => {
  const paths = emptyStore();
  const fill = (): void => {
    throw new Error("disk full");
  };
  expect(() => makeRunFolder(paths, { ...newRun(newRunId(1_795_000_000_000)), fill })).toThrow("disk full");
  expect([readdirSync(paths.runs), readdirSync(paths.staging)]).toEqual([[], []]);
});

test("what a killed start left behind goes after an hour, what is being made stays", () => {
  const paths = emptyStore();
  for (const name of ["old", "young"]) {
    mkdirSync(join(paths.staging, name), { recursive: true });
    writeFileSync(join(paths.staging, name, "run.json"), "{}");
  }
  const twoHoursAgo = Date.now() / 1000 - 7200;
  utimesSync(join(paths.staging, "old"), twoHoursAgo, twoHoursAgo);
  makeRunFolder(paths, newRun(newRunId(1_795_000_000_000)));
  expect(readdirSync(paths.staging)).toEqual(["young"]);
});

test("ids of one moment keep their order", () => {
  const ids = Array.from({ length: 50 }, () => newRunId(1_795_000_000_000));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(50);
});
