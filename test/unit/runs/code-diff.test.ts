import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeJsonAtomic } from "../../../src/base/files.ts";
import { snapshotGit } from "../../../src/launch/git.ts";
import { diffCode } from "../../../src/runs/code-diff.ts";
import { runFile } from "../../../src/runs/layout.ts";

const repository = mkdtempSync(join(tmpdir(), "tuning-fork-repo-"));
const git = (...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: repository, encoding: "utf8" });
const write = (path: string, text: string): void => writeFileSync(join(repository, path), text);

/** What `startRun` records of the code, for a run made now. */
async function record(name: string): Promise<{ dir: string; name: string }> {
  const dir = join(repository, "..", `${repository.split("/").at(-1)}-${name}`);
  mkdirSync(dir, { recursive: true });
  const { patch = "", ...rest } = (await snapshotGit(repository)) ?? {};
  writeJsonAtomic(runFile(dir, "manifest"), { baseDir: repository });
  writeJsonAtomic(runFile(dir, "environment"), { git: rest });
  writeFileSync(runFile(dir, "codePatch"), patch);
  return { dir, name };
}

let early: { dir: string; name: string };
let late: { dir: string; name: string };
beforeAll(async () => {
  git("init", "-q");
  write("train.py", "rate = 1\n");
  write("same.py", "same\n");
  write("gone.py", "gone\n");
  git("add", ".");
  git("commit", "-qm", "one");
  write("train.py", "rate = 2\n");
  early = await record("early");
  write("train.py", "rate = 3\n");
  write("näme.py", "new\n");
  git("rm", "-q", "gone.py");
  git("add", ".");
  git("commit", "-qm", "two");
  write("same.py", "same\nbut for this\n");
  late = await record("late");
});
afterAll(() => {
  for (const folder of [repository, early.dir, late.dir]) rmSync(folder, { recursive: true, force: true });
});

test("commit and uncommitted changes of both runs are compared", async () => {
  const status = git("status", "--porcelain");
  const diff = await diffCode(early, late);
  expect(diff.changes).toEqual([
    { path: "gone.py", change: "removed" },
    { path: "näme.py", change: "added" },
    { path: "same.py", change: "changed" },
    { path: "train.py", change: "changed" },
  ]);
  expect(await diff.read("a", "train.py")).toBe("rate = 2\n");
  expect(await diff.read("b", "train.py")).toBe("rate = 3\n");
  expect(await diff.read("a", "same.py")).toBe("same\n");
  expect(await diff.read("b", "same.py")).toBe("same\nbut for this\n");
  expect(await diff.read("b", "gone.py")).toBe("");
  expect(await diff.read("a", "näme.py")).toBe("");
  diff.dispose();
  expect(git("status", "--porcelain")).toBe(status);
  expect(readFileSync(join(repository, "same.py"), "utf8")).toContain("but for this");
});

test("the same run twice has no difference", async () => {
  const diff = await diffCode(late, late);
  expect(diff.changes).toEqual([]);
  diff.dispose();
});

test("a commit that is no more is said with the run it belongs to", async () => {
  const dir = join(repository, "..", `${repository.split("/").at(-1)}-lost`);
  mkdirSync(dir, { recursive: true });
  writeJsonAtomic(runFile(dir, "manifest"), { baseDir: repository });
  writeJsonAtomic(runFile(dir, "environment"), { git: { commit: "0".repeat(40) } });
  await expect(diffCode({ dir, name: "lost" }, late)).rejects.toThrow(/Commit 0000000 of run lost is not in/);
  writeJsonAtomic(runFile(dir, "environment"), { git: null });
  await expect(diffCode(late, { dir, name: "lost" })).rejects.toThrow(/The code of run lost is not known/);
  rmSync(dir, { recursive: true, force: true });
});
