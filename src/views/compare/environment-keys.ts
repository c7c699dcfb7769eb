import { relative } from "node:path";
import type { RunRecord } from "../../runs/model.ts";
import type { RunCode } from "./code-state.ts";

type Facts = Record<string, unknown>;

const isFacts = (value: unknown): value is Facts =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const factsOf = (value: unknown): Facts => (isFacts(value) ? value : {});

/** Said elsewhere on the page (rows, data files), or different in every run by its nature. */
const LEFT_OUT = new Set(["takenMs", "command", "cwd", "git", "gpus", "dataFiles", "memoryBytes", "estimate"]);
const FACTS_LEFT_OUT = new Set(["files", "data"]);

/**
 * A run's environment laid out for comparison: what changes results first, lists of objects as short lines, the run's own
 * folder left out of its command (it would differ in every run).
 */
export function environmentKeys(
  { environment, facts, dir }: Pick<RunRecord, "environment" | "facts" | "dir">,
  { uncommitted }: Pick<RunCode, "uncommitted">,
): Facts {
  const git = factsOf(environment["git"]);
  const cwd = typeof environment["cwd"] === "string" ? environment["cwd"] : "";
  const command = Array.isArray(environment["command"]) ? environment["command"].map(String).join(" ") : undefined;
  const keys: Facts = {
    ...("commit" in git ? { "git commit": shortCommit(git["commit"]) } : {}),
    ...(uncommitted === null ? {} : { uncommitted }),
    ...("branch" in git ? { "git branch": git["branch"] } : {}),
    ...(Array.isArray(git["untracked"]) ? { untracked: git["untracked"].length } : {}),
    ...dataKeys(environment["dataFiles"], cwd),
    ...(Array.isArray(environment["gpus"]) ? { gpus: environment["gpus"].map((gpu) => factsOf(gpu)["name"]) } : {}),
    ...("memoryBytes" in environment ? { memory: environment["memoryBytes"] } : {}),
  };
  for (const [name, value] of Object.entries(environment)) if (!LEFT_OUT.has(name)) keys[name] = value;
  if (cwd !== "") keys["cwd"] = cwd;
  if (command !== undefined) keys["command"] = command.replaceAll(dir, "…");
  const told = Object.entries(facts).filter(([name]) => !FACTS_LEFT_OUT.has(name));
  return { ...keys, trainer: Object.fromEntries(told) };
}

const shortCommit = (commit: unknown): unknown => (typeof commit === "string" ? commit.slice(0, 7) : commit);

/** The content of each data file, by its path as a person would write it. */
function dataKeys(files: unknown, cwd: string): Facts {
  if (!Array.isArray(files)) return {};
  return Object.fromEntries(
    files.map(factsOf).map(({ path, sha256 }) => {
      const near = relative(cwd, String(path));
      const name = cwd === "" || near.startsWith("..") ? String(path) : near;
      return [name, `sha256 ${String(sha256).slice(0, 12)}`];
    }),
  );
}
