import { dirname } from "node:path";
import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { factsOf } from "../facts/index.ts";
import { parseConfig, type ParsedConfig } from "../parse.ts";
import { resolveConfig } from "../resolve.ts";
import { isScriptConfig } from "../types.ts";
import { estimate } from "./estimate.ts";
import { estimateInput } from "./gather.ts";
import { freeOf, type Free } from "./lines.ts";
import { remedies, type Remedy } from "./remedies.ts";
import { tightestGpu } from "./recipe.ts";
import type { Estimate, RecordedRun } from "./types.ts";

/** An estimate of a config file, with what this machine has free and how less would do. */
export interface EstimatedConfig {
  parsed: ParsedConfig;
  estimate: Estimate;
  free: Free;
  /** Ways to need less GPU memory, best first; those that fit what is free come first. */
  remedies: Remedy[];
}

export interface EstimateOptions {
  overrides?: readonly string[];
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  history?: readonly RecordedRun[];
}

/** Share of the free memory that the ways to need less aim at: below it a longer row does not end the run. */
const AIM = 0.85;

/**
 * Estimates the config in a text, of which `file` says where relative paths start. Throws a `UserError` for a text that is no
 * config, or one of `task: script`, which says nothing of its model.
 */
export async function estimateText(
  source: string,
  file: string,
  options: EstimateOptions = {},
): Promise<EstimatedConfig> {
  const { overrides = [], env = process.env, signal, history } = options;
  const parsed = parseConfig(source, file);
  const { healthy: config, origins } = resolveConfig(parsed.value ?? {}, { overrides, isBroken: parsed.isBroken });
  if (!config || !parsed.value) {
    throw new UserError("config-broken", t("{0} is not a config that can be estimated.", file), {
      file,
      advice: t("Check it first; what is wrong is told with its place."),
    });
  }
  if (isScriptConfig(config)) {
    throw new UserError(
      "estimate-script",
      t("A run of your own script cannot be estimated: its model is the script's."),
      {
        file,
      },
    );
  }
  const baseDir = dirname(file);
  const input = await estimateInput({
    config,
    facts: { ...factsOf(config, baseDir, env, signal), ...(history ? { history } : {}) },
    baseDir,
    env,
    ...(signal ? { signal } : {}),
  });
  const gpu = input.machine && tightestGpu(config, input.machine);
  const found = estimate(config, input);
  // Without a GPU to compare with, half of what it takes shows what each step down would bring.
  const limit = gpu ? AIM * gpu.freeBytes : (found.gpuMemory?.peakBytes ?? 0) / 2;
  return {
    parsed,
    estimate: found,
    free: freeOf(input.machine, gpu?.freeBytes ?? null),
    remedies: remedies(config, input, origins, limit),
  };
}
