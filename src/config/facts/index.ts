import type { ResolvedConfig } from "../types.ts";
import type { FactCache } from "./cache.ts";
import { readDataFacts } from "./data.ts";
import type { DataFacts, Facts, Known, MachineFacts, ModelFacts } from "./facts.ts";
import { readMachineFacts } from "./machine.ts";
import { readModelFacts } from "./model.ts";

/** Where facts about a config's world are read, each at most once; what `cache` remembers of the data is not read again. */
export function factsOf(
  config: ResolvedConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
  cache?: FactCache,
): Facts {
  let data: Promise<Known<DataFacts>> | undefined;
  let model: Promise<Known<ModelFacts>> | undefined;
  let machine: Promise<Known<MachineFacts>> | undefined;
  return {
    data: () => (data ??= readDataFacts(config, baseDir, signal, cache)),
    model: () => (model ??= readModelFacts(config, baseDir, env, signal)),
    machine: () => (machine ??= readMachineFacts(config, baseDir, env, signal)),
  };
}
