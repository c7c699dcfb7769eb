import { availableParallelism } from "node:os";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { REDACTED } from "../base/redact.ts";
import { deviceCount } from "../config/arithmetic.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../config/types.ts";
import { copyCode } from "../launch/code-copy.ts";
import { chooseGpus, probeGpus } from "../launch/gpus.ts";
import { nodeExecutable } from "../launch/node-executable.ts";
import { findPython } from "../launch/python/find.ts";
import { TRAINERS, type TrainerLaunch } from "../launch/trainers.ts";
import type { LaunchPlan } from "./model.ts";

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
  /** Environment of who asks. */
  env: NodeJS.ProcessEnv;
}

/** How a segment is started, and what of it stands in no file of the run's runner. */
export interface PlannedLaunch {
  plan: LaunchPlan;
  /** The interpreter and why this one; null for a trainer without Python. */
  python: { path: string; chosenBy: string } | null;
  /** What runner and trainer inherit. */
  env: NodeJS.ProcessEnv;
  /** The variables of it that this product or the config set. */
  variables: Record<string, string>;
}

/**
 * How a segment of a run is started here and now: code copied, GPUs and interpreter chosen, variables set. Throws a
 * `UserError` where that cannot be.
 */
export async function planLaunch({ root, config, baseDir, env, ...rest }: PlanRequest): Promise<PlannedLaunch> {
  const trainer = trainerFor(config);
  const python = trainer.needsPython ? pythonFor(config, baseDir, env) : null;
  const codeDir = await copyCode(root);
  const gpus = gpusFor(config, await probeGpus());
  const plan: LaunchPlan = {
    ...rest,
    command: trainer.command({ node: nodeExecutable().path, python: python?.path ?? "", codeDir }),
    cwd: baseDir,
    codeDir,
    gpus,
    gracePeriodMs: trainer.gracePeriodMs,
    sampleEveryMs: SAMPLE_EVERY_MS,
  };
  const computing = {
    onGpu: gpus !== null && gpus.length > 0,
    cores: availableParallelism(),
    processes: deviceCount(config.hardware),
  };
  const whole = { ...trainer.variables(computing), ...env, ...ownVariables(config) };
  const names = [...Object.keys(trainer.variables(computing)), ...Object.keys(config.hardware.env)];
  return { plan, python, env: whole, variables: Object.fromEntries(names.map((name) => [name, whole[name] ?? ""])) };
}

function trainerFor(config: AnyResolvedConfig): TrainerLaunch {
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

function pythonFor(config: AnyResolvedConfig, baseDir: string, env: NodeJS.ProcessEnv): PlannedLaunch["python"] {
  const choice = findPython({ configured: config.hardware.python, baseDir, env });
  if (choice.path !== undefined) return choice;
  throw new UserError("python-missing", choice.problem, {
    advice: t("Name an interpreter in `hardware.python`, or run `tuning-fork create-environment`."),
  });
}

/** A script shares work among the GPUs it asks for by itself. */
function gpusFor(config: AnyResolvedConfig, gpus: Parameters<typeof chooseGpus>[2]): string[] | null {
  const { devices, strategy } = config.hardware;
  return chooseGpus(devices, isScriptConfig(config) && devices !== "auto" ? null : strategy, gpus);
}

/**
 * What the config adds to the environment. A recorded config has its secrets redacted; those variables are as the
 * environment has them.
 */
const ownVariables = (config: AnyResolvedConfig): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config.hardware.env)
      .filter(([, value]) => value !== REDACTED)
      .map(([name, value]) => [name, String(value)]),
  );
