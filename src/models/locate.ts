import { statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { codeDir } from "../base/code-dir.ts";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { findCached, hubCacheDir, type HubId } from "./cache.ts";

/** What `model.name_or_path` means. */
export type ModelReference =
  | { readonly kind: "builtin"; readonly name: BuiltinName }
  | { readonly kind: "folder"; readonly dir: string }
  | { readonly kind: "hub"; readonly hub: HubId };

export type BuiltinName = "use-lite" | "tiny";

const BUILTIN_NAMES: readonly string[] = ["use-lite", "tiny"] satisfies BuiltinName[];

/** Built-in models as a config names them. */
export const BUILTINS: readonly string[] = BUILTIN_NAMES.map((name) => `builtin:${name}`);

/**
 * Reads `model.name_or_path`: `builtin:…`; a folder when it starts with `./`, `../`, `/` or `~`, or when such a folder
 * exists; else a hub id, with an optional `@revision`.
 * @param baseDir where relative paths start
 */
export function parseModelReference(nameOrPath: string, baseDir: string): ModelReference {
  const builtin = /^builtin:(.*)$/s.exec(nameOrPath)?.[1];
  if (builtin !== undefined) {
    if (BUILTIN_NAMES.includes(builtin)) return { kind: "builtin", name: builtin as BuiltinName };
    throw new UserError("model-builtin-unknown", t('There is no built-in model "{0}".', builtin), {
      advice: t("Built in are {0} and {1}.", ...BUILTINS),
    });
  }
  const expanded = /^~(?=$|[/\\])/.test(nameOrPath) ? join(homedir(), nameOrPath.slice(1)) : nameOrPath;
  const dir = resolve(baseDir, expanded);
  if (isFolder(dir)) return { kind: "folder", dir };
  if (/^(\.{1,2}([/\\]|$)|[/\\~]|[A-Za-z]:[/\\])/.test(nameOrPath)) {
    throw new UserError("model-folder-missing", t("There is no model folder {0}.", dir), {
      advice: t("Correct model.name_or_path; relative paths start at the config's folder."),
      file: dir,
    });
  }
  const [, id, revision] = /^([\w.-]+(?:\/[\w.-]+)?)(?:@([\w./-]+))?$/.exec(nameOrPath) ?? [];
  if (id === undefined || id.includes("..") || revision?.includes("..")) {
    throw new UserError("model-name", t('"{0}" is neither a folder nor the id of a model.', nameOrPath), {
      advice: t(
        "Write a folder (./model), an id from the Hugging Face hub (org/name or org/name@revision) or builtin:use-lite.",
      ),
    });
  }
  return { kind: "hub", hub: { id, revision: revision ?? "main" } };
}

/** What cannot be looked at (a NUL in the name, links in a circle, no permission) is no folder to start from. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The folder of `builtin:use-lite`, beside the running code. */
export const useLiteDir = (): string => join(codeDir(), "models", "use-lite");

/**
 * The folder a reference stands for, when it is on this machine already: null for `builtin:tiny`, which has no files;
 * undefined for a hub model that is not (wholly) in the cache.
 */
export function localModelDir(reference: ModelReference, cacheDir: string = hubCacheDir()): string | null | undefined {
  switch (reference.kind) {
    case "builtin":
      return reference.name === "tiny" ? null : useLiteDir();
    case "folder":
      return reference.dir;
    case "hub":
      return findCached(reference.hub, cacheDir);
  }
}
