import { readFile } from "node:fs/promises";
import { errnoOf } from "../../base/errors.ts";
import { runFile } from "../../runs/layout.ts";
import type { RunRecord } from "../../runs/model.ts";

/** Answers about what a run depends on. */
export function environmentAnswers(record: () => Promise<RunRecord>) {
  return {
    environment: async () => {
      const { environment, facts, process, dir } = await record();
      const patch = await patchOf(dir);
      // A file's part of a patch begins with this line, and its own lines with a blank, a sign or an `@`.
      const files = patch.match(/^diff --git /gm)?.length ?? 0;
      return { environment, facts, process: { ...process }, patchBytes: Buffer.byteLength(patch), patchFiles: files };
    },
  };
}

async function patchOf(dir: string): Promise<string> {
  try {
    return await readFile(runFile(dir, "codePatch"), "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "";
    throw error;
  }
}
