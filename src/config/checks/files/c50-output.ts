import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { t } from "../../../base/l10n.ts";
import { shownPath } from "../../../data/complaint.ts";
import { resolvePath } from "../../../data/locations.ts";
import { error } from "../../diagnostic.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { Check } from "../check.ts";
import { setting } from "../text/mend.ts";
import { foldersIn, jsonIn } from "./small-file.ts";

const PATH = ["run", "output_dir"];

/** C50: an output folder that holds the checkpoints of another run. */
export const c50: Check = {
  id: "C50",
  severity: "error",
  title: "an output folder with checkpoints of another run",
  why: "A run that goes on from another run's checkpoint has weights of another model or other data, and its oldest checkpoints are removed beside your own.",
  run({ config, baseDir }) {
    const written = config.run.output_dir;
    // The embedded trainer refuses such a folder whatever `checkpoint.resume` says.
    const isEmbedded = config.model.framework === "tfjs";
    if (written === null || (config.checkpoint.resume === "never" && !isEmbedded)) return [];
    const folder = resolvePath(written, baseDir);
    const foreign = foreignIn(folder, config);
    if (foreign === undefined) return [];
    const message = t(
      "{0} holds {1}, which belongs to another run. Name another folder, or leave `run.output_dir` out, so that every run has its own.",
      shownPath(folder),
      foreign,
    );
    const fixes = [
      setting(PATH, freeName(written, baseDir)),
      ...(isEmbedded ? [] : [setting(["checkpoint", "resume"], "never")]),
    ];
    return [error("C50", PATH, message, { fixes })];
  },
};

/** What another run left in a folder, by its path in it. */
function foreignIn(folder: string, config: ResolvedConfig): string | undefined {
  if (existsSync(join(folder, "adapter_config.json"))) return "adapter_config.json";
  for (const place of ["", "checkpoints"]) {
    const inside = foldersIn(join(folder, place)).find((name) => isForeign(join(folder, place, name), config));
    if (inside !== undefined) return join(place, inside);
  }
  return undefined;
}

function isForeign(folder: string, config: ResolvedConfig): boolean {
  const manifest = jsonIn(join(folder, "tuning-fork.json"));
  if (manifest) return config.model.framework === "tfjs" || manifest["configHash"] !== hashOf(config);
  const isHuggingFace = /checkpoint-\d+$/.test(folder) && existsSync(join(folder, "trainer_state.json"));
  return isHuggingFace || existsSync(join(folder, "adapter_config.json"));
}

/** As trainers write it into their checkpoints. */
const hashOf = (config: ResolvedConfig): string => createHash("sha256").update(JSON.stringify(config)).digest("hex");

/** The same name with the first number that is free. */
function freeName(written: string, baseDir: string): string {
  const stem = written.replace(/[/\\]+$/, "");
  for (let number = 2; ; number++) {
    const name = `${stem}-${number}`;
    if (!existsSync(resolvePath(name, baseDir))) return name;
  }
}
