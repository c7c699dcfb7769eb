import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CONFIG_FILE, TOKENIZER_FILE, weightFiles } from "./files.ts";

/** A model on the Hugging Face hub: `org/name`, and a branch, tag or commit. */
export interface HubId {
  readonly id: string;
  readonly revision: string;
}

/** Where Hugging Face's libraries keep what is theirs: `HF_HOME`, else in the user's cache folder. */
export const huggingFaceHome = (env: NodeJS.ProcessEnv): string =>
  env["HF_HOME"] ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "huggingface");

/** The cache that Hugging Face's own libraries use: `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else in the user's cache folder. */
export function hubCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return env["HF_HUB_CACHE"] ?? env["HUGGINGFACE_HUB_CACHE"] ?? join(huggingFaceHome(env), "hub");
}

/** The cache's folder of one model. */
export function cachedModelDir({ id }: HubId, cacheDir: string): string {
  return join(cacheDir, `models--${id.replaceAll("/", "--")}`);
}

/** The folder with a model's files at a revision when the cache has all of them, else undefined. */
export function findCached(hubId: HubId, cacheDir: string): string | undefined {
  const dir = findSnapshot(hubId, cacheDir);
  return dir !== undefined && isComplete(dir) ? dir : undefined;
}

/** The folder with those files of a model at a revision that the cache has, at least its `config.json`; else undefined. */
export function findSnapshot(hubId: HubId, cacheDir: string): string | undefined {
  const model = cachedModelDir(hubId, cacheDir);
  const commit = /^[0-9a-f]{40}$/.test(hubId.revision) ? hubId.revision : readRef(join(model, "refs", hubId.revision));
  if (commit === undefined) return undefined;
  const dir = join(model, "snapshots", commit);
  return existsSync(join(dir, CONFIG_FILE)) ? dir : undefined;
}

/** Ids (`org/name`) of the models in the Hugging Face cache that have a `config.json`, in order; empty without a cache. */
export function modelNames(env: NodeJS.ProcessEnv): string[] {
  const cacheDir = hubCacheDir(env);
  return foldersIn(cacheDir)
    .filter((folder) => folder.startsWith("models--"))
    .filter((folder) =>
      foldersIn(join(cacheDir, folder, "snapshots")).some((commit) =>
        existsSync(join(cacheDir, folder, "snapshots", commit, CONFIG_FILE)),
      ),
    )
    .map((folder) => folder.slice("models--".length).replaceAll("--", "/"))
    .toSorted();
}

function foldersIn(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return []; // there is no such folder, or it may not be read
  }
}

function readRef(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined; // this revision was never fetched
  }
}

/** A download that was cut short leaves a folder with a part of the files. */
function isComplete(dir: string): boolean {
  if (![CONFIG_FILE, TOKENIZER_FILE].every((name) => existsSync(join(dir, name)))) return false;
  const weights = weightFiles(dir);
  return weights.length > 0 && weights.every((name) => existsSync(join(dir, name)));
}
