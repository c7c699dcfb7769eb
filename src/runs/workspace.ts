import { existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve, isAbsolute } from "node:path";
import { errnoOf, UserError } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import { STORE_FOLDER, storePaths } from "./layout.ts";

/** Where a use case is asked from. */
export interface Whereabouts {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** A workspace folder (or its `.tuning-fork`) named outright; wins over everything. */
  workspace?: string | undefined;
}

/** The store (`.tuning-fork` folder, perhaps not made yet) that commands about existing runs look at. */
export function storeRoot(at: Whereabouts): string {
  return named(at) ?? nearest(at.cwd) ?? join(at.cwd, STORE_FOLDER);
}

/**
 * The store a new run of this config goes to. A config below the current folder belongs to the workspace one stands in;
 * one from elsewhere to the workspace it lies in.
 */
export function storeRootFor(configFile: string, at: Whereabouts): string {
  const file = resolve(at.cwd, configFile);
  const start = isInside(at.cwd, file) ? at.cwd : dirname(file);
  return named(at) ?? nearest(start) ?? join(start, STORE_FOLDER);
}

/** Makes a store's folder, with a `.gitignore` that keeps all of it out of version control. Throws `store-unwritable`. */
export function makeStore(root: string): void {
  const paths = storePaths(root);
  try {
    mkdirSync(paths.runs, { recursive: true });
    if (!existsSync(paths.gitignore)) writeFileAtomic(paths.gitignore, "*\n");
  } catch (cause) {
    throw new UserError(
      "store-unwritable",
      t("The folder {0} cannot be written ({1}).", root, errnoOf(cause) ?? t("unknown reason")),
      {
        advice: t("Name a folder that can be, with --workspace or TUNING_FORK_WORKSPACE."),
        file: root,
        cause,
      },
    );
  }
}

function named(at: Whereabouts): string | undefined {
  const folder = at.workspace || at.env["TUNING_FORK_WORKSPACE"];
  if (!folder) return undefined;
  const path = resolve(at.cwd, folder);
  if (!existsSync(path)) {
    throw new UserError("workspace-missing", t("The workspace folder {0} is not there.", path), {
      advice: t("Name an existing folder with --workspace or TUNING_FORK_WORKSPACE."),
      file: path,
    });
  }
  return basename(path) === STORE_FOLDER ? path : join(path, STORE_FOLDER);
}

function nearest(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, STORE_FOLDER))) return join(at, STORE_FOLDER);
    if (at === dirname(at)) return undefined;
  }
}

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== "" && !isAbsolute(path) && path.split(/[\\/]/)[0] !== "..";
}
