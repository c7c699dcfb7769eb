import { copyCode } from "../launch/code-copy.ts";
import { chooseGpus, probeGpus } from "../launch/gpus.ts";
import { nodeExecutable } from "../launch/node-executable.ts";
import { TRAINERS } from "../launch/trainers.ts";
import { UserError } from "../base/errors.ts";
import { REDACTED } from "../base/redact.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../config/types.ts";
import type { LaunchPlan } from "./model.ts";

/** Time a trainer has to save a checkpoint after it was asked to stop. */
const GRACE_PERIOD_MS = 30_000;
const SAMPLE_EVERY_MS = 5000;

export interface PlanRequest {
  /** The store's folder. */
  root: string;
  config: AnyResolvedConfig;
  /** Folder that relative paths start from. */
  baseDir: string;
  by: string;
  segment: number;
  fromStep: number;
  resumeFrom: string | null;
}

/** How a segment of a run is started here and now: code copied, GPUs chosen. Throws a `UserError` where that cannot be. */
export async function planLaunch({ root, config, baseDir, ...rest }: PlanRequest): Promise<LaunchPlan> {
  const codeDir = await copyCode(root);
  return {
    ...rest,
    command: trainerFor(config)({ node: nodeExecutable().path, codeDir }),
    cwd: baseDir,
    codeDir,
    gpus: chooseGpus(config.hardware.devices, config.hardware.strategy, await probeGpus()),
    gracePeriodMs: GRACE_PERIOD_MS,
    sampleEveryMs: SAMPLE_EVERY_MS,
  };
}

function trainerFor(config: AnyResolvedConfig): (typeof TRAINERS)[keyof typeof TRAINERS] {
  const wanted = isScriptConfig(config) ? "script" : config.model.framework;
  if (wanted in TRAINERS) return TRAINERS[wanted as keyof typeof TRAINERS];
  throw new UserError(
    "trainer-missing",
    `There is no trainer for ${isScriptConfig(config) ? "task: script" : `model.framework: ${wanted}`} in this version.`,
    {
      advice: `There is one for: ${Object.keys(TRAINERS).join(", ")}.`,
    },
  );
}

/**
 * What the runner and its trainer inherit: the starter's environment and what the config adds. A recorded config has its
 * secrets redacted; those variables are as the environment has them.
 */
export function submitEnvironment(config: AnyResolvedConfig, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const added = Object.entries(config.hardware.env)
    .filter(([, value]) => value !== REDACTED)
    .map(([name, value]) => [name, String(value)]);
  return { ...env, ...Object.fromEntries(added) };
}
