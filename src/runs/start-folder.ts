import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { writeJsonAtomic } from "../base/files.ts";
import type { AnyResolvedConfig, Origins } from "../config/types.ts";
import { RUN_FILES, type StorePaths } from "./layout.ts";
import type { LaunchPlan, RunManifest, RunMeta } from "./model.ts";

/** Everything a run's folder holds before its runner starts. Secrets are redacted already. */
export interface NewRun {
  manifest: RunManifest;
  meta: RunMeta;
  config: AnyResolvedConfig;
  origins: Origins;
  /** The config file as written. */
  configSource: string;
  environment: object;
  /** Uncommitted changes of the code, as `git diff` gives them; empty when there are none. */
  codePatch: string;
  plan: LaunchPlan;
  /** Puts further files (a checkpoint to go on from) into the folder while nobody sees it. */
  fill?: (folder: string) => void;
}

/** What an interrupted start left behind is removed after this time. */
const STALE_MS = 3_600_000;

/**
 * Makes a run's folder: whole under another name, then renamed, so that nothing half-made is ever listed. Returns its path.
 */
export function makeRunFolder(paths: StorePaths, run: NewRun): string {
  sweep(paths.staging);
  const draft = join(paths.staging, run.manifest.id);
  const folder = paths.run(run.manifest.id);
  try {
    mkdirSync(draft, { recursive: true });
    const file = (name: keyof typeof RUN_FILES): string => join(draft, RUN_FILES[name]);
    writeJsonAtomic(file("manifest"), run.manifest);
    writeJsonAtomic(file("meta"), run.meta);
    writeJsonAtomic(file("config"), run.config);
    writeJsonAtomic(file("origins"), run.origins);
    writeFileSync(file("configSource"), run.configSource);
    writeJsonAtomic(file("environment"), run.environment);
    writeFileSync(file("codePatch"), run.codePatch);
    writeJsonAtomic(file("launch"), run.plan);
    run.fill?.(draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

function sweep(staging: string): void {
  mkdirSync(staging, { recursive: true });
  for (const name of readdirSync(staging)) {
    const path = join(staging, name);
    const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? systemClock();
    if (systemClock() - modifiedMs > STALE_MS) rmSync(path, { recursive: true, force: true });
  }
}
