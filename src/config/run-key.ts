import { createHash } from "node:crypto";
import type { AnyResolvedConfig } from "./types.ts";

/**
 * What decides how a run comes out: its settings without names and places, and the contents of its data files. Two runs with the
 * same key on the same machine repeat each other.
 */
export function runKey(config: AnyResolvedConfig, files: readonly { sha256: string }[]): string {
  const settings = { ...config, track: undefined, export: undefined };
  const { seed } = config.run;
  const { save_total_limit: _limit, ...checkpoint } = config.checkpoint;
  const deciding = { ...settings, run: { seed }, checkpoint };
  const hashes = files.map(({ sha256 }) => sha256);
  return createHash("sha256")
    .update(JSON.stringify([deciding, hashes]))
    .digest("hex");
}
