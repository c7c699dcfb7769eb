import { dirname, join } from "node:path";
import { UserError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../config/types.ts";
import { resolvePath } from "../data/locations.ts";
import { copyCheckpoint, refuseUnfit, type RunOrigin } from "./fork-point.ts";
import { RUN_FILES, runFile } from "./layout.ts";

/**
 * Where a config goes on from by its own `checkpoint.resume`: a folder that a run of this product saved, which need not be one
 * of this workspace. As with a fork, the new run has a copy of it. Undefined where the config names none.
 * Throws `checkpoint-foreign` for a folder that no run saved, `fork-unfit` for one of another model.
 */
export function originInConfig(config: AnyResolvedConfig, baseDir: string): RunOrigin | undefined {
  if (isScriptConfig(config)) return undefined;
  const { resume } = config.checkpoint;
  if (resume === "auto-same-config" || resume === "never") return undefined;
  const folder = resolvePath(resume, baseDir);
  const { run, step } = readJson<{ run?: unknown; step?: unknown }>(join(folder, "tuning-fork.json")) ?? {};
  if (typeof run !== "string" || typeof step !== "number") {
    throw new UserError(
      "checkpoint-foreign",
      t("No run of Tuning Fork saved {0}, so that none can go on from it.", folder),
      {
        file: folder,
        advice: t("To start from its weights, name it in `model.name_or_path`."),
      },
    );
  }
  const parent = readJson<AnyResolvedConfig>(join(dirname(dirname(folder)), RUN_FILES.config));
  if (parent) refuseUnfit(parent, config);
  return {
    run,
    step,
    copy: (runDir) => copyCheckpoint(folder, join(runDir, RUN_FILES.parentCheckpoint)),
    placeIn: (runDir) => runFile(runDir, "parentCheckpoint"),
  };
}
