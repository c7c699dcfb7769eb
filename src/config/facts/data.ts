import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { scanData } from "../../data/scan/scan.ts";
import type { ResolvedConfig } from "../types.ts";
import { dataKey, type FactCache } from "./cache.ts";
import { describeProblem } from "./data-problem.ts";
import { known, unknown, type DataFacts, type Known } from "./facts.ts";

/** Reads the data of a config as its run will. Throws the signal's reason when it is aborted. */
export async function readDataFacts(
  config: ResolvedConfig,
  baseDir: string,
  signal?: AbortSignal,
  cache?: FactCache,
): Promise<Known<DataFacts>> {
  const { data, model } = config;
  if (data.train === "") return unknown(t("`data.train` is missing"));
  if (data.format === "hf" && model.framework !== "tfjs") {
    return unknown(t("{0} is a data set of the hub, which is not read here", [data.train].flat().join(", ")));
  }
  if (data.streaming) return unknown(t("`data.streaming` is on, so that the rows are read while training"));
  let labels: readonly string[] | undefined;
  try {
    const key = cache && data.format !== "hf" ? dataKey(config, baseDir) : undefined;
    const remembered = key === undefined ? undefined : cache?.get(key);
    if (remembered) return remembered;
    const facts = await read();
    if (key !== undefined) cache?.set(key, facts);
    return facts;
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return describeProblem(problem, config, baseDir, labels);
  }

  async function read(): Promise<Known<DataFacts>> {
    try {
      const onLabels = (found: string[]): void => void (labels = found);
      return known(await scanData(config, baseDir, { onLabels, ...(signal ? { signal } : {}) }));
    } catch (problem) {
      signal?.throwIfAborted();
      if (!(problem instanceof UserError)) throw problem;
      return describeProblem(problem, config, baseDir, labels);
    }
  }
}
