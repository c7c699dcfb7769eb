import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { runFile } from "../../runs/layout.ts";
import type { RunRecord } from "../../runs/model.ts";

/** The code a run was started with. */
export interface RunCode {
  /** Equal for runs of the same commit with the same uncommitted changes; null when it was not recorded whole. */
  id: string | null;
  /** Files with uncommitted changes; null when unknown. */
  uncommitted: number | null;
}

const UNKNOWN: RunCode = { id: null, uncommitted: null };

/** Reads what was recorded of a run's code. It never changes after the start. */
export async function codeOf({ environment, dir }: Pick<RunRecord, "environment" | "dir">): Promise<RunCode> {
  const git = environment["git"] as { commit?: unknown; dirty?: unknown; patchLeftOut?: unknown } | null | undefined;
  if (!git || typeof git.commit !== "string" || git.patchLeftOut === true) return UNKNOWN;
  if (git.dirty !== true) return { id: git.commit, uncommitted: 0 };
  const file = runFile(dir, "codePatch");
  if (!existsSync(file)) return UNKNOWN;
  const hash = createHash("sha256");
  let uncommitted = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    hash.update(line).update("\n");
    if (line.startsWith("diff --git ")) uncommitted++;
  }
  return { id: `${git.commit} ${hash.digest("hex")}`, uncommitted };
}
