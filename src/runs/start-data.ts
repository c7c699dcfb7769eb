import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { isScriptConfig, type AnyResolvedConfig } from "../config/types.ts";
import { dataFiles } from "../data/locations.ts";
import type { DataFileFacts } from "../launch/environment.ts";

/** The data files a config names, with size and SHA-256 as they are now. Throws a `UserError` for one that is not there. */
export async function describeDataFiles(config: AnyResolvedConfig, baseDir: string): Promise<DataFileFacts[]> {
  if (isScriptConfig(config) || config.data.format === "hf") return [];
  const named = [config.data.train, config.data.eval].filter((spec) => spec !== null);
  const paths = [...new Set(named.flatMap((spec) => dataFiles(spec, baseDir)))];
  const facts: DataFileFacts[] = [];
  for (const path of paths) facts.push({ path, bytes: statSync(path).size, sha256: await hashOf(path) });
  return facts;
}

/** Which of the files differ from what they were: changed, gone or new. */
export function changedFiles(before: readonly DataFileFacts[], now: readonly DataFileFacts[]): string[] {
  const hashes = new Map(before.map(({ path, sha256 }) => [path, sha256]));
  const present = new Set(now.map(({ path }) => path));
  return [
    ...now.filter(({ path, sha256 }) => hashes.get(path) !== sha256).map(({ path }) => path),
    ...before.filter(({ path }) => !present.has(path)).map(({ path }) => path),
  ];
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
