/**
 * What a page can have done. Each action is a command of the editor (`editor/commands/specs.ts`) with its arguments; the
 * page never acts by itself.
 */
import * as v from "valibot";

const run = v.string();
const step = v.number();

export const pageAction = v.variant("do", [
  v.object({ do: v.literal("stopRun"), run, force: v.boolean() }),
  v.object({ do: v.literal("resumeRun"), run }),
  v.object({ do: v.literal("rerunRun"), run }),
  /** `step` null: the person chooses. */
  v.object({ do: v.literal("forkRun"), run, step: v.nullable(step) }),
  v.object({ do: v.literal("exportRun"), run }),
  v.object({ do: v.literal("renameRun"), run }),
  v.object({ do: v.literal("tagRun"), run }),
  v.object({ do: v.literal("noteRun"), run }),
  v.object({ do: v.literal("starRun"), run, starred: v.boolean() }),
  v.object({ do: v.literal("deleteRun"), run }),
  v.object({ do: v.literal("restoreRun"), run }),
  v.object({ do: v.literal("setBaseline"), run: v.nullable(run) }),
  v.object({ do: v.literal("copyRunForAi"), run }),
  v.object({ do: v.literal("revealRunFolder"), run }),
  v.object({ do: v.literal("openRun"), run }),
  v.object({ do: v.literal("openRunLog"), run, line: v.nullable(v.number()) }),
  v.object({ do: v.literal("muteAlert"), run, code: v.string(), muted: v.boolean() }),
  v.object({ do: v.literal("compareRuns"), runs: v.array(run) }),
  /** Adds runs to the compare page the action comes from; the person chooses. */
  v.object({ do: v.literal("addToCompare"), runs: v.array(run) }),
  /** Takes runs out of the compare page the action comes from; at least two stay. */
  v.object({ do: v.literal("removeFromCompare"), runs: v.array(run) }),
  /** `path`: one file of the repository; absent = all that differ. */
  v.object({ do: v.literal("diffCode"), a: run, b: run, path: v.optional(v.string()) }),
  v.object({ do: v.literal("diffConfig"), a: run, b: v.nullable(run) }),
  v.object({ do: v.literal("pinCheckpoint"), run, step, pinned: v.boolean() }),
  v.object({ do: v.literal("deleteCheckpoint"), run, step }),
  /** On a file that the person chooses; what came of it is in the view's `evaluations`. */
  v.object({ do: v.literal("evaluateCheckpoint"), run, step }),
  /** For a text that the person writes. */
  v.object({ do: v.literal("predictCheckpoint"), run, step }),
  v.object({ do: v.literal("revealCheckpoint"), run, step }),
  v.object({ do: v.literal("copyCheckpointPath"), run, step }),
  /** Opens a file of the workspace (or a run's) at a line, 1-based. */
  v.object({ do: v.literal("openFile"), run, file: v.string(), line: v.nullable(v.number()) }),
  /** Opens the row of a data file a prediction was made for: `row` as the table has it. */
  v.object({ do: v.literal("openDataRow"), run, row: v.number(), file: v.nullable(v.string()) }),
  v.object({ do: v.literal("openConfig"), run, key: v.nullable(v.string()) }),
  v.object({ do: v.literal("copyText"), text: v.pipe(v.string(), v.maxLength(10_000_000)) }),
  /** Saves what the page made (a chart's PNG, a table's CSV) where the person says. */
  v.object({
    do: v.literal("saveFile"),
    name: v.pipe(v.string(), v.maxLength(200)),
    content: v.union([v.pipe(v.string(), v.maxLength(50_000_000)), v.instance(Uint8Array)]),
  }),
]);
export type PageAction = v.InferOutput<typeof pageAction>;
