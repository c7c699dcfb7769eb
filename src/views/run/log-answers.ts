import type { PageLogLine } from "../../messages/log.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Answers about a run's output. */
export function logAnswers(dir: string) {
  const lines = async (): Promise<string[]> =>
    (await readFile(join(dir, "output.log"), "utf8").catch(() => "")).split("\n");
  return {
    logLines: async ({ from, count }: { from: number; count: number }) => {
      const all = await lines();
      const shown: PageLogLine[] = all
        .slice(from - 1, from - 1 + count)
        .map((text, index) => ({ line: from + index, text, rewrites: 0 }));
      return { total: all.length, bytes: 0, lines: shown };
    },
    logSearch: async ({ text }: { text: string }) => {
      const all = await lines();
      return { lines: all.flatMap((line, index) => (line.includes(text) ? [index + 1] : [])), complete: true };
    },
  };
}
