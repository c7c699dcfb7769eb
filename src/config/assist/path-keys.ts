import { existsSync, statSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import { glob, isGlob } from "../../data/glob.ts";
import { resolvePath } from "../../data/locations.ts";
import { findSnapshot, hubCacheDir } from "../../models/cache.ts";
import { parseModelReference, useLiteDir } from "../../models/locate.ts";
import type { AssistDocument } from "./types.ts";

export type PathKind = "data" | "model" | "template" | "folder" | "checkpoint" | "python" | "script" | "config";

/** Keys whose value names a file or folder, by their dotted name. */
export const PATH_KEYS: Readonly<Record<string, PathKind>> = {
  "data.train": "data",
  "data.eval": "data",
  "data.chat_template": "template",
  "model.name_or_path": "model",
  "method.teacher.name_or_path": "model",
  "run.output_dir": "folder",
  "checkpoint.resume": "checkpoint",
  "hardware.python": "python",
  "script.entry": "script",
};

/** A file or folder that is there, by its absolute path. */
export interface Target {
  readonly path: string;
  readonly isFolder: boolean;
}

/** Most files of a pattern that are gone through. */
const MOST_TARGETS = 50;

/** Files that tell what a folder holds, the most telling first. */
const TELLING = ["config.json", "adapter_config.json", "tuning-fork.json", "trainer_state.json", "pyvenv.cfg"];

/** What a path in a config names and is there: of a folder the file that tells most of it; of a pattern all its files. */
export function targetsOf(
  { baseDir, env, parsed }: Pick<AssistDocument, "baseDir" | "env" | "parsed">,
  kind: PathKind,
  text: string,
): Target[] {
  if (text.includes("\0")) return []; // no system has such a name
  if (kind === "model") return modelDir(text, baseDir, env).flatMap(targetAt);
  if (kind === "template" && /[\n{]/.test(text)) return []; // the template itself, not a path
  if (kind === "python" && !/[/\\]/.test(text)) return []; // found on PATH
  const path = resolvePath(text, kind === "config" ? dirname(parsed.file) : baseDir);
  if (kind === "data" && isGlob(text) && !existsSync(path)) return glob(path).slice(0, MOST_TARGETS).flatMap(targetAt);
  if (kind === "python") {
    const settings = join(dirname(dirname(path)), "pyvenv.cfg");
    return targetAt(existsSync(settings) ? settings : path);
  }
  return targetAt(path);
}

function targetAt(path: string): Target[] {
  const stats = statsOf(path);
  if (!stats) return [];
  if (!stats.isDirectory()) return stats.isFile() ? [{ path, isFolder: false }] : [];
  const telling = TELLING.map((name) => join(path, name)).find((file) => existsSync(file));
  return [telling === undefined ? { path, isFolder: true } : { path: telling, isFolder: false }];
}

/** What is at a path; undefined also where it cannot be looked at (loops of links, names the system does not take). */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function modelDir(text: string, baseDir: string, env: NodeJS.ProcessEnv): string[] {
  try {
    const reference = parseModelReference(text, baseDir);
    switch (reference.kind) {
      case "builtin":
        return reference.name === "tiny" ? [] : [useLiteDir()];
      case "folder":
        return [reference.dir];
      case "hub":
        return [findSnapshot(reference.hub, hubCacheDir(env)) ?? []].flat();
    }
  } catch {
    return []; // C63 tells
  }
}
