import { dirname, relative, isAbsolute } from "node:path";
import * as v from "valibot";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import type { RecordedRun } from "../config/estimate/types.ts";

/** Notification of a client: what earlier runs took, a folder each (`FolderHistory[]`). It replaces what was told before. */
export const HISTORY = "tuningFork/history";

/** What earlier runs of a folder's store took on this machine. */
export interface FolderHistory {
  /** Absolute path of the folder. */
  folder: string;
  runs: RecordedRun[];
}

const amount = v.nullable(v.number());
const recordedRun = v.object({
  framework: v.string(),
  family: v.picklist(["full", "lora", "qlora"]),
  accelerator: v.string(),
  model: v.string(),
  parameters: amount,
  estimatedBytes: amount,
  peakBytes: amount,
  secondsPerStep: amount,
  tokensPerStep: amount,
  name: v.exactOptional(v.string()),
  key: v.exactOptional(v.string()),
  smoke: v.exactOptional(v.object({ atMs: v.number(), rowsPerStep: v.number(), maxLength: v.number() })),
});
const message = v.array(v.object({ folder: v.string(), runs: v.array(recordedRun) }));

/** What is known of earlier runs, by folder. */
export class History {
  readonly #runs = new Map<string, readonly RecordedRun[]>();

  /**
   * Takes what a client told in place of what was told before; true when something is different now.
   * @throws UserError when it is not a `FolderHistory[]`, with the place that is wrong.
   */
  tell(told: unknown): boolean {
    const parsed = v.safeParse(message, told);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const place = v.getDotPath(issue);
      const problem =
        place === null
          ? t("The message {0} was left out: it: {1}.", HISTORY, issue.message)
          : t("The message {0} was left out: {1}: {2}.", HISTORY, place, issue.message);
      throw new UserError("history-malformed", problem);
    }
    const before = JSON.stringify([...this.#runs]);
    this.#runs.clear();
    for (const { folder, runs } of parsed.output satisfies FolderHistory[]) this.#runs.set(folder, runs);
    return JSON.stringify([...this.#runs]) !== before;
  }

  /** Earlier runs of the nearest folder that holds a file. */
  of(file: string): readonly RecordedRun[] {
    const holding = [...this.#runs.keys()].filter((folder) => holds(folder, file));
    const nearest = holding.toSorted((a, b) => b.length - a.length)[0];
    return nearest === undefined ? [] : this.#runs.get(nearest)!;
  }
}

function holds(folder: string, file: string): boolean {
  const path = relative(folder, dirname(file));
  return !isAbsolute(path) && path.split(/[\\/]/)[0] !== "..";
}
