import { statSync } from "node:fs";
import { runFile, type RUN_FILES } from "../runs/layout.ts";

/** The files besides the journals that a run's row is made from. */
const STAMPED = ["manifest", "meta", "config"] as const satisfies (keyof typeof RUN_FILES)[];

/** Size and time of those files, as one word: a different word means that the row is out of date. */
export const stampOf = (runDir: string): string =>
  STAMPED.map((file) => {
    const stat = statSync(runFile(runDir, file), { throwIfNoEntry: false });
    return stat ? `${stat.size}.${stat.mtimeMs}` : "-";
  }).join(" ");
