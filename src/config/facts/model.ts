import { unknown, type Known, type ModelFacts } from "./facts.ts";
import type { ResolvedConfig } from "../types.ts";

/** Reads what the model's own files say. */
export async function readModelFacts(
  _config: ResolvedConfig,
  _baseDir: string,
  _env: NodeJS.ProcessEnv,
  _signal?: AbortSignal,
): Promise<Known<ModelFacts>> {
  return Promise.resolve(unknown("the model's files are not read by this version"));
}
