import { dirname, resolve } from "node:path";
import { backendFindings, productFindings } from "./product.ts";
import type { AnyResolvedConfig } from "../config/types.ts";
import type { HealthFinding } from "./finding.ts";
import { gpuFindings } from "./gpus.ts";
import { pythonFindings } from "./python.ts";
import { diskFinding, storeFinding } from "./store.ts";

/** What the doctor is asked. */
export interface Examination {
  /** The store (`.tuning-fork`), perhaps not made yet. */
  root: string;
  env: NodeJS.ProcessEnv;
  /** The config it is asked for, its file and folder: what that lacks is an error. Without it all that may be needed is looked at. */
  config?: { resolved: AnyResolvedConfig; baseDir: string; file: string } | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Looks at all that runs need: Node, the product's own files, backends, GPUs, the interpreter with its packages, disk, and
 * the store. Installs nothing. Rejects with the signal's reason when that is aborted.
 */
export async function examine({ root, env, config, signal }: Examination): Promise<HealthFinding[]> {
  const baseDir = config?.baseDir ?? dirname(root);
  const [backends, { findings: gpuLines, gpus }, store] = await Promise.all([
    backendFindings(env, signal),
    gpuFindings(env, signal),
    storeFinding(root),
  ]);
  const asked = { config: config?.resolved ?? null, file: config?.file ?? null };
  const python = await pythonFindings({ ...asked, baseDir, env, gpus, signal });
  const outputDir = config?.resolved.run.output_dir;
  const disk = diskFinding(outputDir ? resolve(baseDir, outputDir) : root);
  return [...productFindings(), ...backends, ...gpuLines, ...python, disk, store];
}
