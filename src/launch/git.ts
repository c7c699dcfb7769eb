import { execFile } from "node:child_process";
import { redactText } from "../base/redact.ts";

/** The state of the repository a run was started from. */
export interface GitSnapshot {
  /** null before the first commit. */
  commit: string | null;
  /** null with a detached head. */
  branch: string | null;
  /** Whether tracked files differ from the commit. */
  dirty: boolean;
  /** Files git neither tracks nor ignores, by name; at most 1,000. */
  untracked: string[];
  /** True when the patch was too large (or git too slow) to keep. */
  patchLeftOut: boolean;
  /** Uncommitted changes of tracked files, as `git diff` prints them, without secrets. */
  patch: string;
}

const TIMEOUT_MS = 5000;
const PATCH_LIMIT_BYTES = 10 * 1024 * 1024;
const UNTRACKED_LIMIT = 1000;

/** Looks at the repository that holds a folder; undefined when there is none, or no git. Changes nothing in it. */
export async function snapshotGit(folder: string): Promise<GitSnapshot | undefined> {
  if ((await git(folder, "rev-parse", "--is-inside-work-tree"))?.trim() !== "true") return undefined;
  const commit = (await git(folder, "rev-parse", "--verify", "--quiet", "HEAD"))?.trim() || null;
  const [branch, status, patch] = await Promise.all([
    git(folder, "symbolic-ref", "--short", "--quiet", "HEAD"),
    git(folder, "status", "--porcelain", "-z", "--untracked-files=normal"),
    commit === null ? "" : git(folder, "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--binary", commit),
  ]);
  const entries = (status ?? "").split("\0").filter(Boolean);
  return {
    commit,
    branch: branch?.trim() || null,
    dirty: entries.some((entry) => !entry.startsWith("?? ")),
    untracked: entries.flatMap((entry) => (entry.startsWith("?? ") ? [entry.slice(3)] : [])).slice(0, UNTRACKED_LIMIT),
    patchLeftOut: patch === undefined,
    patch: redactText(patch ?? ""),
  };
}

/** What git prints; undefined when it fails, is not there, takes too long or prints too much. */
function git(folder: string, ...args: string[]): Promise<string | undefined> {
  const options = {
    cwd: folder,
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
    maxBuffer: PATCH_LIMIT_BYTES,
    windowsHide: true,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" },
  } as const;
  return new Promise((resolve) => {
    execFile("git", args, options, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
