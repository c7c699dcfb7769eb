import { rmSync } from "node:fs";
import { isAbsolute, join, normalize, resolve } from "node:path";
import { readJson } from "../base/files.ts";
import { STORE_FOLDER } from "./layout.ts";

/** Where a request lies, below the workspace folder. */
export const START_REQUEST = join(STORE_FOLDER, "start-request.json");
/** A request older than this is not honoured. */
const VALID_MS = 10 * 60_000;

/**
 * Written by `npm run demo` before it opens an editor: the editor, once it stands on this folder, is to start this config,
 * or to show a run of it that is live.
 */
export interface StartRequest {
  version: 1;
  /** Absolute path of the workspace folder. */
  folder: string;
  /** The config, below the folder. */
  config: string;
  /** Id of the run to show; null to start one. */
  run: string | null;
  /** Epoch milliseconds. */
  createdMs: number;
}

/** What is asked: the config by its absolute path. */
export type Asked = Pick<StartRequest, "config" | "run">;

/**
 * Takes a folder's request away and returns what it asks; undefined when there is none. A request names its
 * folder and holds for ten minutes, so that one that came with somebody's repository starts nothing.
 */
export function takeStartRequest(folder: string, nowMs: number): Asked | undefined {
  const path = join(folder, START_REQUEST);
  const request = readJson<Partial<StartRequest>>(path);
  if (request === undefined) return undefined;
  rmSync(path, { force: true });
  const { version, folder: named, config, run = null, createdMs } = request;
  if (version !== 1 || typeof named !== "string" || typeof config !== "string" || typeof createdMs !== "number")
    return undefined;
  if (resolve(named) !== resolve(folder) || Math.abs(nowMs - createdMs) > VALID_MS) return undefined;
  if (isAbsolute(config) || normalize(config).startsWith("..")) return undefined;
  return { config: join(folder, config), run: typeof run === "string" ? run : null };
}
