import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import { identify, identifySelf, isAlive, type ProcessIdentity } from "../base/identity.ts";
import { runFile } from "../runs/layout.ts";
import type { LaunchPlan } from "../runs/model.ts";

/** How a trainer's process ended. `unknown`: nobody could wait for it. */
export interface TrainerExit {
  code: number | null;
  signal: string | null;
  unknown: boolean;
}

/** A trainer this runner stands behind: its own child, or one adopted from a dead runner. */
export interface Trainer {
  /** Also names its process group: it leads one of its own. */
  readonly identity: ProcessIdentity;
  /** Undefined while it lives. */
  exit(): TrainerExit | undefined;
}

/**
 * Where a trainer waits until its identity is on record: a runner that is killed between starting it and writing it down
 * would leave a trainer nobody knows of. The shell becomes the trainer (same pid, same start time) when told to go, and ends
 * when its runner does. Windows has no such shell; there the trainer starts at once.
 */
const GATE = 'read -r go && exec "$@" </dev/null';

/**
 * Starts the trainer in its own session and process group, its output straight into `output.log`, so that neither a
 * sleeping nor a dead runner holds it up.
 *
 * @param record called with its identity before its program runs.
 */
export async function startTrainer(
  runDir: string,
  plan: LaunchPlan,
  env: NodeJS.ProcessEnv,
  record: (identity: ProcessIdentity) => void,
): Promise<Trainer> {
  checkStartable(plan);
  const gated = process.platform !== "win32";
  const [program, ...args] = gated ? ["/bin/sh", "-c", GATE, "sh", ...plan.command] : plan.command;
  const output = openSync(runFile(runDir, "output"), "a");
  let child: ChildProcess;
  try {
    child = spawn(program as string, args, {
      cwd: plan.cwd,
      env,
      detached: true,
      windowsHide: true,
      stdio: [gated ? "pipe" : "ignore", output, output],
    });
  } finally {
    closeSync(output);
  }
  let exit: TrainerExit | undefined;
  child.once("exit", (code, signal) => (exit = { code, signal, unknown: false }));
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      reject(
        new UserError("trainer-not-started", `The trainer ${plan.command[0]} could not be started: ${error.message}.`),
      );
    });
  });
  const identity = identify(child.pid as number) ?? vanished(child.pid as number);
  record(identity);
  child.stdin?.on("error", () => undefined); // killed at the gate: its exit says so
  child.stdin?.end("go\n");
  return { identity, exit: () => exit };
}

/** A trainer that lost its runner: it can be watched, but its exit code goes to whoever inherited it. */
export function adoptTrainer(identity: ProcessIdentity): Trainer {
  return {
    identity,
    exit: () => (isAlive(identity) === "alive" ? undefined : { code: null, signal: null, unknown: true }),
  };
}

/** The environment of a segment's trainer. A GPU is named by UUID: indices differ between nvidia-smi and CUDA. */
export function trainerEnvironment(
  base: NodeJS.ProcessEnv,
  runDir: string,
  run: string,
  plan: LaunchPlan,
): NodeJS.ProcessEnv {
  const { TUNING_FORK_RESUME_FROM: _, ...inherited } = base;
  return {
    ...inherited,
    TUNING_FORK_RUN_ID: run,
    TUNING_FORK_RUN_DIR: runDir,
    TUNING_FORK_EVENTS: runFile(runDir, "events"),
    TUNING_FORK_SEGMENT: String(plan.segment),
    TUNING_FORK_FROM_STEP: String(plan.fromStep),
    ...(plan.resumeFrom === null ? {} : { TUNING_FORK_RESUME_FROM: plan.resumeFrom }),
    ...gpuVariables(plan),
  };
}

/** Lets a program see the plan's GPUs alone. */
export const gpuVariables = ({ gpus }: Pick<LaunchPlan, "gpus">): Record<string, string> =>
  gpus === null ? {} : { CUDA_DEVICE_ORDER: "PCI_BUS_ID", CUDA_VISIBLE_DEVICES: gpus.join(",") };

function checkStartable(plan: LaunchPlan): void {
  const program = plan.command[0] ?? "";
  try {
    accessSync(program, constants.X_OK);
  } catch {
    throw new UserError("trainer-missing", `The trainer's program ${program} is not there or may not be run.`, {
      file: program,
    });
  }
  if (!statSync(plan.cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError("working-folder-missing", `The run's working folder ${plan.cwd} is not there.`, {
      file: plan.cwd,
    });
  }
}

/** It was killed before it could be looked at; a start time that no process has stands for that. */
const vanished = (pid: number): ProcessIdentity => ({ ...identifySelf(), pid, startTime: "unseen" });
