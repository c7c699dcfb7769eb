import { existsSync } from "node:fs";
import { join } from "node:path";
import { t } from "../../../base/l10n.ts";
import { shownPath } from "../../../data/complaint.ts";
import { resolvePath } from "../../../data/locations.ts";
import { error } from "../../diagnostic.ts";
import type { Check } from "../check.ts";
import { setting } from "../text/mend.ts";
import { foldersIn } from "./small-file.ts";

const PATH = ["run", "output_dir"];

/** C50: an output folder that holds the checkpoints of another run. */
export const c50: Check = {
  id: "C50",
  severity: "error",
  title: "an output folder with checkpoints of another run",
  why: "Two runs in one folder replace each other's checkpoints step by step, and nobody can tell afterwards which model was trained with which settings.",
  run({ config, baseDir }) {
    const written = config.run.output_dir;
    if (written === null) return [];
    const folder = resolvePath(written, baseDir);
    // Every start is a run of its own, and the trainers leave alone what is another's, whatever `checkpoint.resume` says.
    const taken = stepIn(folder);
    const foreign = taken ?? (config.checkpoint.resume === "never" ? undefined : foreignIn(folder));
    if (foreign === undefined) return [];
    const message = t(
      "{0} holds {1}, which belongs to another run. Name another folder, or leave `run.output_dir` out, so that every run has its own.",
      shownPath(folder),
      foreign,
    );
    const fixes = [
      setting(PATH, freeName(written, baseDir)),
      ...(taken === undefined ? [setting(["checkpoint", "resume"], "never")] : []),
    ];
    return [error("C50", PATH, message, { fixes })];
  },
};

const CHECKPOINTS = "checkpoints";

/** A checkpoint where this product's trainers keep theirs, by its path in the folder. */
function stepIn(folder: string): string | undefined {
  const name = foldersIn(join(folder, CHECKPOINTS)).find((one) => /^step-\d+$/.test(one));
  return name === undefined ? undefined : join(CHECKPOINTS, name);
}

/** What another tool, or a run of an older place, left in a folder, by its path in it. */
function foreignIn(folder: string): string | undefined {
  if (existsSync(join(folder, "adapter_config.json"))) return "adapter_config.json";
  for (const place of ["", CHECKPOINTS]) {
    const inside = foldersIn(join(folder, place)).find((name) => isForeign(join(folder, place, name)));
    if (inside !== undefined) return join(place, inside);
  }
  return undefined;
}

function isForeign(folder: string): boolean {
  const isHuggingFace = /checkpoint-\d+$/.test(folder) && existsSync(join(folder, "trainer_state.json"));
  return isHuggingFace || ["tuning-fork.json", "adapter_config.json"].some((name) => existsSync(join(folder, name)));
}

/** The same name with the first number that is free. */
function freeName(written: string, baseDir: string): string {
  const stem = written.replace(/[/\\]+$/, "");
  for (let number = 2; ; number++) {
    const name = `${stem}-${number}`;
    if (!existsSync(resolvePath(name, baseDir))) return name;
  }
}
