import { availableParallelism } from "node:os";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { REDACTED } from "../base/redact.ts";
import { deviceCount } from "../config/arithmetic.ts";
import {
  isScriptConfig,
  type AnyResolvedConfig,
  type ResolvedConfig,
  type ResolvedScriptConfig,
} from "../config/types.ts";
import { copyCode } from "../launch/code-copy.ts";
import { chooseGpus, probeGpus } from "../launch/gpus.ts";
import { nodeExecutable } from "../launch/node-executable.ts";
import { findPython } from "../launch/python/find.ts";
import { planScript, SCRIPT_GRACE_MS } from "../launch/script.ts";
import { TRAINERS, type TrainerLaunch } from "../launch/trainers.ts";
import type { LaunchPlan, ScriptPlan } from "./model.ts";

const SAMPLE_EVERY_MS = 5000;

export interface PlanRequest {
  /** The store's folder. */
  root: string;
  run: { id: string; name: string; dir: string };
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
 * How a segment of a run is started here and now: code copied, GPUs and program chosen, variables set. Throws a `UserError`
 * where that cannot be.
 */
export async function planLaunch({ root, run, config, baseDir, env, ...rest }: PlanRequest): Promise<PlannedLaunch> {
  const codeDir = await copyCode(root);
  const gpus = gpusFor(config, await probeGpus());
  const started = isScriptConfig(config)
    ? ofScript(config, { run, baseDir, env, resumeFrom: rest.resumeFrom }, codeDir)
    : ofTrainer(config, { baseDir, env, onGpu: gpus !== null && gpus.length > 0 }, codeDir);
  const { command, python, gracePeriodMs, script, variables } = started;
  const plan: LaunchPlan = {
    ...rest,
    command,
    cwd: baseDir,
    codeDir,
    gpus,
    gracePeriodMs,
    sampleEveryMs: SAMPLE_EVERY_MS,
    ...(script ? { script } : {}),
  };
  const whole = { ...variables.unlessSet, ...env, ...ownVariables(config), ...variables.always };
  const names = [...Object.keys(variables.unlessSet), ...Object.keys(config.hardware.env)];
  return { plan, python, env: whole, variables: Object.fromEntries(names.map((name) => [name, whole[name] ?? ""])) };
}

/** What differs between our trainers and the user's own script. */
interface Started {
  command: string[];
  python: PlannedLaunch["python"];
  gracePeriodMs: number;
  script?: ScriptPlan;
  /** `unlessSet`: where neither the config nor the environment sets them; they are recorded. */
  variables: { unlessSet: Record<string, string>; always: Record<string, string> };
}

function ofTrainer(
  config: ResolvedConfig,
  { baseDir, env, onGpu }: Pick<PlanRequest, "baseDir" | "env"> & { onGpu: boolean },
  codeDir: string,
): Started {
  const trainer = trainerFor(config);
  const python = trainer.needsPython ? pythonFor(config, baseDir, env) : null;
  const computing = { onGpu, cores: availableParallelism(), processes: deviceCount(config.hardware) };
  return {
    command: trainer.command({ node: nodeExecutable().path, python: python?.path ?? "", codeDir }),
    python,
    gracePeriodMs: trainer.gracePeriodMs,
    variables: { unlessSet: trainer.variables(computing), always: {} },
  };
}

function ofScript(
  config: ResolvedScriptConfig,
  { run, baseDir, env, resumeFrom }: Pick<PlanRequest, "run" | "baseDir" | "env" | "resumeFrom">,
  codeDir: string,
): Started {
  // What the config adds to PYTHONPATH or PATH is the script's.
  const request = { config, baseDir, env: { ...env, ...ownVariables(config) } };
  const { command, python, plan, variables } = planScript(request, { ...run, resumeFrom }, codeDir);
  const always = variables;
  return { command, python, gracePeriodMs: SCRIPT_GRACE_MS, script: plan, variables: { unlessSet: {}, always } };
}

function trainerFor({ model: { framework } }: ResolvedConfig): TrainerLaunch {
  if (framework in TRAINERS) return TRAINERS[framework as keyof typeof TRAINERS];
  throw new UserError(
    "trainer-missing",
    t("There is no trainer for model.framework: {0} in this version.", framework),
    {
      advice: t("There is one for: {0}.", Object.keys(TRAINERS).join(", ")),
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
