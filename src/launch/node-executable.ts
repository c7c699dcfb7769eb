import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";

/** Oldest Node the bundles run on: [major, minor]. */
const OLDEST: readonly [number, number] = [20, 19];

/** What starts a bundle: an executable, and what its environment must have for it to behave as Node. */
export interface NodeExecutable {
  path: string;
  env: Record<string, string>;
}

let found: NodeExecutable | undefined;

/** Names the Node that runs runners and trainers; wins over everything. */
export const NODE_VARIABLE = "TUNING_FORK_NODE";

/**
 * The Node for runners and trainers: the one `TUNING_FORK_NODE` names. Without it, in an ordinary Node process its own executable; inside Electron a real `node` on
 * PATH that is new enough, so that an update of the editor does not take it away, else Electron's own as Node.
 */
export function nodeExecutable(env: NodeJS.ProcessEnv = process.env): NodeExecutable {
  const chosen = env[NODE_VARIABLE];
  if (chosen) return chosenNode(chosen);
  found ??= process.versions["electron"] === undefined ? { path: process.execPath, env: {} } : fromElectron(env);
  return found;
}

function chosenNode(path: string): NodeExecutable {
  if (isExecutable(path) && isNewEnough(path)) return { path, env: {} };
  throw new UserError("node-unusable", t("{0} is not a Node {1} or newer.", path, OLDEST.join(".")), {
    advice: t("Correct the setting “Node Path” (or {0}), or leave it empty.", NODE_VARIABLE),
  });
}

function fromElectron(env: NodeJS.ProcessEnv): NodeExecutable {
  const path = nodeOnPath(env);
  return path === undefined ? { path: process.execPath, env: { ELECTRON_RUN_AS_NODE: "1" } } : { path, env: {} };
}

/** The first `node` on PATH that is new enough. */
export function nodeOnPath(env: NodeJS.ProcessEnv): string | undefined {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const folders = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path) && isNewEnough(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isNewEnough(path: string): boolean {
  try {
    const version = execFileSync(path, ["--version"], {
      encoding: "utf8",
      timeout: 5000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [major = 0, minor = 0] = version.trim().slice(1).split(".").map(Number);
    return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  } catch {
    return false;
  }
}
