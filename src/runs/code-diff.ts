import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import { runFile } from "./layout.ts";
import type { RunManifest, RunRecord } from "./model.ts";

/** A file whose text is not the same in two runs. */
export interface CodeChange {
  /** Relative to the repository, with forward slashes. */
  path: string;
  change: "added" | "changed" | "removed";
}

/** The code of two runs beside each other. Texts are read when they are asked for; `dispose` removes what was laid out. */
export interface CodeDiff {
  changes: CodeChange[];
  /** The file as run `a` or `b` had it; empty where it had none. */
  read(side: "a" | "b", path: string): Promise<string>;
  dispose(): void;
}

const TIMEOUT_MS = 20_000;
const MOST_BYTES = 20 * 1024 * 1024;

/**
 * Lays out the code two runs were started with: each one's commit with its uncommitted changes, in a temporary index and
 * object folder, so that neither the work tree nor the repository is touched.
 * Throws `code-unknown` for a run without git, `code-gone` when the commit is not in the repository any more, and
 * `code-patch-unfit` when the recorded changes do not apply.
 */
export async function diffCode(
  a: Pick<RunRecord, "dir" | "name">,
  b: Pick<RunRecord, "dir" | "name">,
): Promise<CodeDiff> {
  const { baseDir } = readJson<RunManifest>(runFile(a.dir, "manifest")) ?? { baseDir: "" };
  const top = (await git(baseDir, {}, "rev-parse", "--show-toplevel").catch(() => "")).trim();
  if (top === "") {
    throw unknownCode(t("The code of run {0} is not known: {1} is in no git repository.", a.name, baseDir));
  }
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-code-"));
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const objects = (await git(top, {}, "rev-parse", "--path-format=absolute", "--git-path", "objects")).trim();
    const env = { GIT_OBJECT_DIRECTORY: folder, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
    const trees = { a: await treeOf(top, env, folder, a), b: await treeOf(top, env, folder, b) };
    const listed = await git(top, env, "diff-tree", "-r", "-z", "--no-renames", "--name-status", trees.a, trees.b);
    const changes = changesIn(listed);
    const has = (side: "a" | "b", path: string): boolean =>
      changes.some((one) => one.path === path && one.change !== (side === "a" ? "added" : "removed"));
    return {
      changes,
      read: async (side, path) => (has(side, path) ? git(top, env, "cat-file", "blob", `${trees[side]}:${path}`) : ""),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** The tree of a run's commit with its uncommitted changes applied. */
async function treeOf(
  top: string,
  objects: Record<string, string>,
  folder: string,
  run: Pick<RunRecord, "dir" | "name">,
): Promise<string> {
  const environment = readJson<{ git?: { commit?: string | null } | null }>(runFile(run.dir, "environment"));
  const commit = environment?.git?.commit;
  if (!commit) throw unknownCode(t("The code of run {0} is not known: no commit was recorded with it.", run.name));
  const env = { ...objects, GIT_INDEX_FILE: join(folder, `index-${run.dir.slice(-8)}`) };
  await git(top, env, "read-tree", commit).catch(() => {
    const problem = t("Commit {0} of run {1} is not in {2}.", commit.slice(0, 7), run.name, top);
    throw new UserError("code-gone", problem, { advice: t("Fetch it, or compare where the run was made.") });
  });
  const patch = runFile(run.dir, "codePatch");
  if (existsSync(patch) && readFileSync(patch, "utf8").trim() !== "") {
    const copy = join(folder, "patch");
    writeFileSync(copy, readFileSync(patch));
    await git(top, env, "apply", "--cached", "--whitespace=nowarn", copy).catch(() => {
      throw new UserError(
        "code-patch-unfit",
        t("The uncommitted changes of run {0} do not apply to its commit.", run.name),
        {
          advice: t("Secrets are redacted in recorded changes; open code.patch in the run's folder to read them."),
          file: patch,
        },
      );
    });
  }
  return (await git(top, env, "write-tree")).trim();
}

const KINDS: Record<string, CodeChange["change"]> = { A: "added", D: "removed" };

function changesIn(listed: string): CodeChange[] {
  const fields = listed.split("\0").filter((field) => field !== "");
  return fields.flatMap((kind, index) =>
    index % 2 === 0 ? [{ path: fields[index + 1] ?? "", change: KINDS[kind] ?? "changed" }] : [],
  );
}

const unknownCode = (problem: string): UserError =>
  new UserError("code-unknown", problem, {
    advice: t("Keep the config in a git repository; its commit and changes are then recorded with each run."),
  });

function git(folder: string, env: Record<string, string>, ...args: string[]): Promise<string> {
  const options = {
    cwd: folder,
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    maxBuffer: MOST_BYTES,
    windowsHide: true,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", ...env },
  } as const;
  return new Promise((resolve, reject) => {
    execFile("git", args, options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
