import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../base/errors.ts";
import { readJson } from "../../base/files.ts";
import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import type { JsonNumber } from "../../base/numbers.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../../config/types.ts";
import { TRAINERS, type TrainerLaunch } from "../../launch/trainers.ts";
import { gpuVariables } from "../../runner/trainer.ts";
import { isComplete } from "../checkpoint-folder.ts";
import { forkPoint } from "../fork-point.ts";
import { readRunFile, runFile } from "../layout.ts";
import type { CheckpointView, LaunchPlan, RunManifest, RunRecord } from "../model.ts";
import { planLaunch } from "../start-plan.ts";
import { askCheckpoint, type UseProgram, type UseRequest } from "./process.ts";

/** Who uses a checkpoint, and how that is followed and ended. */
export interface UseOptions extends Pick<UseProgram, "signal" | "onProgress"> {
  /** The store's folder. */
  root: string;
  by: string;
  env: NodeJS.ProcessEnv;
}

/** What a text gets; which of the fields it has depends on the task. */
export interface Prediction {
  text: string;
  /** Text classification: the likeliest class, and the probability of each. */
  label?: string;
  probabilities?: Record<string, JsonNumber>;
  /** Token classification: characters `start` to `end` (exclusive) of the text. */
  entities?: { type: string; text: string; start: number; end: number }[];
  /** Language models. */
  generated?: string;
  /** Embedding: the cosine to the first text. */
  similarity?: JsonNumber;
}

/** Gives texts to the checkpoint `at` a step, “best” or “last”; see `useCheckpoint`. */
export async function predictWith(
  run: RunRecord,
  at: string,
  texts: string[],
  options: UseOptions,
): Promise<{ step: number; predictions: Prediction[] }> {
  const checkpoint = usableCheckpoint(run, at);
  const { data } = run.facts as { data?: { shape?: unknown } };
  const shape = typeof data?.shape === "string" ? { shape: data.shape } : {};
  const { predictions } = await useCheckpoint<{ predictions: Prediction[] }>(
    run,
    { action: "predict", runDir: run.dir, checkpoint: checkpoint.path, texts, ...shape },
    options,
  );
  return { step: checkpoint.step, predictions };
}

/** The checkpoint of a step, the best or the last. Throws `checkpoint-missing` or `checkpoint-incomplete`. */
export function usableCheckpoint(run: RunRecord, at: string): CheckpointView {
  const checkpoint = forkPoint(run, at);
  if (isComplete(checkpoint)) return checkpoint;
  throw new UserError(
    "checkpoint-incomplete",
    t("Files of the checkpoint at step {0} are missing.", formatCount(checkpoint.step)),
    {
      file: checkpoint.path,
      advice: t("Choose another."),
    },
  );
}

/**
 * Asks a checkpoint of one of our trainers, with the run's own interpreter where that is still there. Throws
 * `checkpoint-not-usable` for a script's, and what `planLaunch` and `askCheckpoint` throw.
 */
export async function useCheckpoint<T>(run: RunRecord, request: UseRequest, options: UseOptions): Promise<T> {
  const { root, by, env, signal, onProgress } = options;
  const config = readRunFile<AnyResolvedConfig>(run.dir, "config");
  const { useProgram, needsPython } = trainerOf(config, run);
  const { baseDir } = readRunFile<RunManifest>(run.dir, "manifest");
  const python = readJson<LaunchPlan>(runFile(run.dir, "launch"))?.command[0];
  const launch = await planLaunch({
    root,
    run,
    config: needsPython && python !== undefined && existsSync(python) ? withPython(config, python) : config,
    baseDir,
    by,
    segment: 1,
    fromStep: 0,
    resumeFrom: null,
    env,
  });
  const { command, cwd } = launch.plan;
  const script = command.at(-1)!;
  return askCheckpoint<T>(request, {
    command: [...command.slice(0, -1), join(dirname(script), useProgram)],
    cwd,
    env: { ...launch.env, ...gpuVariables(launch.plan) },
    signal,
    onProgress,
  });
}

const withPython = (config: AnyResolvedConfig, python: string): AnyResolvedConfig =>
  ({ ...config, hardware: { ...config.hardware, python } }) as AnyResolvedConfig;

/**
 * Why the checkpoints of a run can be neither evaluated nor asked; null where they can.
 *
 * @param framework `model.framework` of the run's config; null for a script
 */
export function whyNotUsable(framework: string | null): string | null {
  if (framework === null) return t("Only the script itself can load its checkpoints.");
  return framework in TRAINERS ? null : t("There is no trainer for {0} in this version.", framework);
}

function trainerOf(config: AnyResolvedConfig, run: RunRecord): TrainerLaunch {
  const framework = isScriptConfig(config) ? null : config.model.framework;
  const why = whyNotUsable(framework);
  if (why === null) return TRAINERS[framework as keyof typeof TRAINERS];
  throw new UserError("checkpoint-not-usable", t("The checkpoints of run {0} cannot be used.", run.name), {
    advice: why,
  });
}
