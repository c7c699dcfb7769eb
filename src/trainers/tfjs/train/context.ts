import { UserError } from "../../../base/errors.ts";
import { readJson } from "../../../base/files.ts";
import { isScriptConfig, type AnyResolvedConfig, type ResolvedConfig } from "../../../config/types.ts";
import { runFile } from "../../../runs/layout.ts";
import type { RunManifest } from "../../../runs/model.ts";

/** What the runner tells a trainer through its environment. */
export interface TrainerContext {
  run: string;
  runDir: string;
  /** Path of the journal. */
  events: string;
  segment: number;
  fromStep: number;
  /** Checkpoint folder to go on from; null for a fresh start. */
  resumeFrom: string | null;
}

/** @throws UserError when it was not started by a runner */
export function readContext(env: NodeJS.ProcessEnv): TrainerContext {
  const required = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new UserError("trainer-environment", `${name} is not set.`, {
      advice: "The trainer is started by a run: tuning-fork start finetune.yaml.",
    });
  };
  return {
    run: required("TUNING_FORK_RUN_ID"),
    runDir: required("TUNING_FORK_RUN_DIR"),
    events: required("TUNING_FORK_EVENTS"),
    segment: Number(env["TUNING_FORK_SEGMENT"] ?? 1),
    fromStep: Number(env["TUNING_FORK_FROM_STEP"] ?? 0),
    resumeFrom: env["TUNING_FORK_RESUME_FROM"] || null,
  };
}

/** Config and manifest from the run's folder. @throws UserError when they are not there or not for this trainer */
export function readRunFiles({ runDir }: Pick<TrainerContext, "runDir">): {
  config: ResolvedConfig;
  manifest: RunManifest;
} {
  const config = readJson<AnyResolvedConfig>(runFile(runDir, "config"));
  const manifest = readJson<RunManifest>(runFile(runDir, "manifest"));
  if (!config || !manifest) {
    const file = runFile(runDir, config ? "manifest" : "config");
    throw new UserError("run-folder-incomplete", `${file} is missing or not whole.`, {
      advice: "Start the run again.",
      file,
    });
  }
  return { config: supported(config), manifest };
}

function supported(config: AnyResolvedConfig): ResolvedConfig {
  const no = (key: string, value: string, advice: string): UserError =>
    new UserError("config-not-supported", `${key}: ${value} does not exist in the tfjs trainer.`, { advice });
  if (isScriptConfig(config) || config.task !== "text-classification") {
    throw no("task", config.task, "It does text-classification; the other tasks need model.framework: torch.");
  }
  const { method, train, data } = config;
  if (method.type !== "full" && method.type !== "freeze") {
    throw no("method.type", method.type, "Use full or freeze, or train with model.framework: torch.");
  }
  if (train.precision !== "auto" && train.precision !== "fp32") {
    throw no("train.precision", train.precision, "It computes in fp32; leave precision out or set it to auto.");
  }
  if (data.streaming) throw no("data.streaming", "true", "Its rows are kept in memory; leave streaming out.");
  return config;
}
