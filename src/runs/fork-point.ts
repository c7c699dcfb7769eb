import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoOf, UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import type { AnyResolvedConfig } from "../config/types.ts";
import type { CheckpointView, RunRecord } from "./model.ts";

/** Where a forked run goes on from. */
export interface RunOrigin {
  run: string;
  step: number;
  /** Copies the checkpoint into the new run's folder. */
  copy: (folder: string) => void;
  /** The copy's place, once the folder has its name. */
  placeIn: (runDir: string) => string;
}

/**
 * The checkpoint a fork goes on from: that of a step, the best, or the last.
 * Throws `checkpoint-missing`, with the steps there are.
 */
export function forkPoint(run: RunRecord, at: string): CheckpointView {
  const present = run.checkpoints
    .filter(({ present: kept, path }) => kept && existsSync(path))
    .toSorted((a, b) => a.step - b.step);
  const found =
    at === "last"
      ? present.at(-1)
      : at === "best"
        ? present.findLast(({ tags }) => tags.includes("best"))
        : present.findLast(({ step }) => String(step) === at);
  if (found) return found;
  const steps = present.map(({ step }) => step).join(", ");
  const problem = /^\d+$/.test(at)
    ? t("Run {0} has no checkpoint at step {1}.", run.name, at)
    : t("Run {0} has no checkpoint “{1}”.", run.name, at);
  throw new UserError("checkpoint-missing", problem, {
    advice: steps === "" ? t("It has none at all.") : t("There are checkpoints at: {0}.", steps),
  });
}

/** What a checkpoint's weights fit only as it was. */
const FIXED = ["task", "model.framework", "model.name_or_path", "data.labels"];

/** Throws `fork-unfit` when a fork's config has another architecture than the checkpoint it goes on from. */
export function refuseUnfit(parent: AnyResolvedConfig, config: AnyResolvedConfig): void {
  for (const key of FIXED) {
    const [before, after] = [parent, config].map((one) => JSON.stringify(valueAt(one, key)));
    if (before === after) continue;
    throw new UserError(
      "fork-unfit",
      t(
        "{0} cannot change in a fork: the checkpoint's weights are for {1}, not {2}.",
        key,
        String(before),
        String(after),
      ),
      {
        advice: t("Start a new run for that."),
      },
    );
  }
}

/** Throws `fork-beyond-plan` when a fork's plan ends before its checkpoint. At the end itself it is only evaluated. */
export function refuseBeyondPlan(step: number, totalSteps: number | null): void {
  if (totalSteps === null || step <= totalSteps) return;
  throw new UserError(
    "fork-beyond-plan",
    t("The checkpoint stands at step {0} and the plan ends at step {1}.", step, totalSteps),
    {
      advice: t("Raise train.num_train_epochs or train.max_steps, or fork from an earlier checkpoint."),
    },
  );
}

const valueAt = (config: unknown, key: string): unknown =>
  key.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], config);

/**
 * Copies a checkpoint. Those of our trainers never change, so a second name for the same bytes will do where the file system
 * allows it. Throws `checkpoint-missing` when the limit of a live parent removes it meanwhile.
 *
 * @param isKept false for a script's, which may write the same file again
 */
export function copyCheckpoint(from: string, to: string, isKept = true): void {
  const lay = isKept ? linkOrCopy : copyFileSync;
  try {
    copyFiles(from, to, lay);
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw cause;
    throw new UserError("checkpoint-missing", t("The checkpoint {0} was removed meanwhile.", from), {
      advice: t("Fork from a later one."),
      cause,
    });
  }
}

function copyFiles(from: string, to: string, lay: (source: string, target: string) => void): void {
  const layIn = (source: string, target: string): void => {
    mkdirSync(dirname(target), { recursive: true });
    lay(source, target);
  };
  if (statSync(from).isFile()) return layIn(from, placeOfCopy(from, to));
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    layIn(source, join(to, source.slice(from.length)));
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") throw error;
    copyFileSync(source, target); // another file system, or one without hard links
  }
}

/** A folder's copy is the folder `to` itself; the one file that a script saved keeps its name in it, for the name may decide how it is read. */
export const placeOfCopy = (from: string, to: string): string =>
  statSync(from, { throwIfNoEntry: false })?.isFile() ? join(to, basename(from)) : to;
