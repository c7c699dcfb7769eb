import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const MOST_BYTES = 100_000;

/**
 * The person's default configuration of `accelerate`, if it says something that would change how a run is launched; null =
 * none. Where it lies: accelerate's `commands/config/config_args.py`.
 */
export async function readAccelerateConfig(env: NodeJS.ProcessEnv): Promise<string | null> {
  const cache = env["XDG_CACHE_HOME"] ?? join(env["HOME"] ?? homedir(), ".cache");
  const folder = join(env["HF_HOME"] ?? join(cache, "huggingface"), "accelerate");
  for (const name of ["default_config.yaml", "default_config.json"]) {
    const path = join(folder, name);
    const text = await textOf(path);
    if (text !== undefined) return changesLaunch(text) ? path : null;
  }
  return null;
}

/** Whether a configuration says anything else than one process in full precision. */
export function changesLaunch(text: string): boolean {
  let settings: unknown;
  try {
    settings = parse(text, { maxAliasCount: 0 });
  } catch {
    return true; // `accelerate` fails on it
  }
  if (typeof settings !== "object" || settings === null) return false;
  const { distributed_type, mixed_precision, num_processes, num_machines, use_cpu } = settings as Record<
    string,
    unknown
  >;
  return (
    (distributed_type !== undefined && distributed_type !== "NO" && distributed_type !== false) ||
    (mixed_precision !== undefined && mixed_precision !== "no" && mixed_precision !== false) ||
    [num_processes, num_machines].some((count) => count !== undefined && count !== 1) ||
    use_cpu === true
  );
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() && stats.size <= MOST_BYTES ? await readFile(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
