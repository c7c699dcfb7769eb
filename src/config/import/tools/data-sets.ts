import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Draft } from "../draft.ts";

/** Files and data sets of the hub, as several tools name them. */

const DATA_FILE = /\.(?:jsonl?|ndjson|csv|tsv|tab|parquet|arrow|txt|gz|zst|xz|bz2|zip)$/i;

/** Whether a name is that of a data set of the hub: nothing of this name lies beside the config. */
export const isHubName = (name: unknown, folder: string): name is string =>
  typeof name === "string" &&
  /^\w[\w.-]*(?:\/[\w.-]+)?$/.test(name) &&
  !DATA_FILE.test(name) &&
  !existsSync(resolve(folder, name));

/** The formats that the package `datasets` has in the place of a name where files are listed. */
export const isLoader = (name: unknown): boolean => /^(?:json|csv|parquet|arrow|text)$/.test(String(name));

/** Whether something is the name of a whole split, and not of a part of one (`train[:5%]`). */
export const isSplit = (value: unknown): value is string => typeof value === "string" && /^[\w.-]+$/.test(value);

/** Why a part of a split is left out. */
export const WHOLE_SPLITS = "whole splits are read, not a part of one";

interface Parts {
  revision?: unknown;
  /** A configuration of the data set. */
  config?: unknown;
  split?: unknown;
}

/** A data set of the hub with its revision, configuration and split, as `data.train` and `data.eval` name it. */
export function hubName(id: string, { revision, config, split }: Parts): string {
  const at = typeof revision === "string" && revision !== "main" ? `@${revision}` : "";
  const named = isSplit(split) ? split : "";
  const part = typeof config === "string" ? `${config}/${named}` : named;
  return `${id}${at}${part === "" ? "" : `:${part}`}`;
}

/** A file, a folder or a data set of the hub, with where the original says so. */
export interface DataSet {
  key: string;
  value: unknown;
  path: string;
  isHub: boolean;
}

/** What a data set is read for. */
export type Target = "data.train" | "data.eval";

/**
 * Takes data over. `data.format` is one for all of it, so that what is of another kind than the first is left out.
 * @returns what is taken
 */
export function setData(draft: Draft, target: Target, sets: readonly DataSet[]): readonly DataSet[] {
  const known = draft.get("data.train");
  const isHub = known === undefined ? sets[0]?.isHub : draft.get("data.format") === "hf";
  const kept = sets.filter((one) => one.isHub === isHub);
  for (const one of sets) {
    if (one.isHub === isHub) continue;
    const why = one.isHub
      ? "a data set of the hub; `data.format` is one for all data, and files are taken already"
      : "a file; `data.format` is one for all data, and a data set of the hub is taken already";
    draft.leave(one.key, one.value, why);
  }
  const paths = kept.map(({ path }) => path);
  if (paths.length > 0) draft.set(target, paths.length === 1 ? paths[0] : paths);
  if (paths.length > 0 && isHub) draft.set("data.format", "hf");
  return kept;
}
