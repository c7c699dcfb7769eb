import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder with natively compiled parts that were installed on demand (`tuning-fork install-runtime`):
 * `TUNING_FORK_RUNTIME`, else the platform's place for an application's own data.
 */
export function runtimeDir(env: NodeJS.ProcessEnv = process.env): string {
  return env["TUNING_FORK_RUNTIME"] ?? join(dataDir(env), "runtime");
}

function dataDir(env: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case "win32":
      return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "tuning-fork");
    case "darwin":
      return join(homedir(), "Library", "Application Support", "tuning-fork");
    default:
      return join(env["XDG_DATA_HOME"] ?? join(homedir(), ".local", "share"), "tuning-fork");
  }
}
