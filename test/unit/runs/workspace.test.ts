import { mkdirSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeStore, storeRoot, storeRootFor } from "../../../src/runs/workspace.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "tf-workspace-")));
const folder = (...parts: string[]): string => {
  const path = join(base, ...parts);
  mkdirSync(path, { recursive: true });
  return path;
};

test("commands about runs look at the nearest store above the current folder, else at the current folder's", () => {
  folder("a", ".tuning-fork");
  const deep = folder("a", "b", "c");
  const bare = folder("bare");
  expect(storeRoot({ cwd: deep, env: {} })).toBe(join(base, "a", ".tuning-fork"));
  expect(storeRoot({ cwd: bare, env: {} })).toBe(join(bare, ".tuning-fork"));
});

test("a new run of a config below the current folder goes to the store one stands in", () => {
  const outer = folder("s");
  const inner = folder("s", "configs");
  expect(storeRootFor("configs/finetune.yaml", { cwd: outer, env: {} })).toBe(join(outer, ".tuning-fork"));
  folder("s", ".tuning-fork");
  expect(storeRootFor("finetune.yaml", { cwd: inner, env: {} })).toBe(join(outer, ".tuning-fork"));
});

test("a new run of a config elsewhere goes to the workspace the config lies in", () => {
  const cwd = folder("here");
  const there = folder("there", "configs");
  expect(storeRootFor(join(there, "x.finetune.yaml"), { cwd, env: {} })).toBe(join(there, ".tuning-fork"));
  folder("there", ".tuning-fork");
  expect(storeRootFor("../there/configs/x.finetune.yaml", { cwd, env: {} })).toBe(join(base, "there", ".tuning-fork"));
});

test("a folder named outright wins: option before environment, store folder as well as workspace", () => {
  const one = folder("one");
  const two = folder("two");
  const cwd = folder("a");
  expect(storeRoot({ cwd, env: { TUNING_FORK_WORKSPACE: one } })).toBe(join(one, ".tuning-fork"));
  expect(storeRootFor("x.yaml", { cwd, env: { TUNING_FORK_WORKSPACE: one }, workspace: two })).toBe(
    join(two, ".tuning-fork"),
  );
  expect(storeRoot({ cwd, env: {}, workspace: join(base, "a", ".tuning-fork") })).toBe(join(base, "a", ".tuning-fork"));
  expect(() => storeRoot({ cwd, env: {}, workspace: "nowhere" })).toThrow(/nowhere is not there/);
});

test("a store keeps itself out of version control", () => {
  const root = join(folder("new"), ".tuning-fork");
  makeStore(root);
  expect(readFileSync(join(root, ".gitignore"), "utf8")).toBe("*\n");
});
