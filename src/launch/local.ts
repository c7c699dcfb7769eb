import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, fstatSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { sleep } from "../base/clock.ts";
import { errnoOf, UserError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { isAlive, type ProcessIdentity } from "../base/identity.ts";
import { t } from "../base/l10n.ts";
import { lastOutput } from "../runner/conclude.ts";
import { sendCommand } from "../runner/control.ts";
import { finaliseRun } from "../runner/finalise.ts";
import { readHeartbeat } from "../runner/history.ts";
import { readLock, takeLock } from "../runner/lock.ts";
import { RUNNER } from "../runner/process-tree.ts";
import { runFile } from "../runs/layout.ts";
import type { LaunchPlan } from "../runs/model.ts";
import { copyCode } from "./code-copy.ts";
import { nodeExecutable } from "./node-executable.ts";
import type { Launcher, LaunchStatus } from "./port.ts";

const TAKE_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 10;
const OWNED_BY_ANOTHER = 3;

/** Runs on this machine: one detached runner process for each, which outlives whoever started it. */
export class LocalLauncher implements Launcher {
  readonly name = "local";

  async submit(runDir: string, env: NodeJS.ProcessEnv): Promise<{ runnerPid: number }> {
    try {
      return { runnerPid: await startRunner(runDir, [], env) };
    } catch (error) {
      if (error instanceof UserError && error.code !== "run-owned") await recordFailure(runDir, error);
      throw error;
    }
  }

  status(runDir: string): LaunchStatus {
    const lock = readLock(runDir);
    const liveness = (identity: ProcessIdentity | null | undefined) => (identity ? isAlive(identity) : "none");
    return {
      runner: liveness(lock?.owner),
      trainer: liveness(lock?.trainer),
      runnerPid: lock?.owner.pid ?? null,
      trainerPid: lock?.trainer?.pid ?? null,
      heartbeatMs: readHeartbeat(runDir),
    };
  }

  stop(runDir: string, { by, force }: { by: string; force: boolean }): void {
    try {
      sendCommand(runDir, { t: "stop", timeMs: Date.now(), by, force });
    } catch (error) {
      const owner = readLock(runDir)?.owner;
      if (errnoOf(error) !== "ENOSPC" || !owner || isAlive(owner) !== "alive") throw error;
      process.kill(owner.pid, "SIGTERM"); // no room for the command: to a runner this says the same
    }
  }

  /** Rejects with the code `run-owned` when another runner was quicker. */
  async adopt(runDir: string): Promise<{ runnerPid: number }> {
    return { runnerPid: await startRunner(runDir, ["--adopt"], process.env) };
  }
}

/** Starts a detached runner and waits until the run is its own; what it says meanwhile goes to `output.log`. */
async function startRunner(runDir: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const plan = readJson<LaunchPlan>(runFile(runDir, "launch"));
  if (!plan)
    throw new UserError("run-incomplete", t("The run's folder {0} lacks its launch.json.", runDir), { file: runDir });
  const node = nodeExecutable(env);
  // A run that is started by another one's script is none of the other's processes.
  const { TUNING_FORK_RUN_ID: _, ...inherited } = env;
  // Of the run's own copy of the code; of today's product only if somebody removed that copy.
  // Without a turn of the event loop before the start in the ordinary case: the starter may be gone the moment after.
  const own = join(plan.codeDir, RUNNER);
  const script = existsSync(own) ? own : join(await copyCode(dirname(dirname(runDir))), RUNNER);
  const output = openSync(runFile(runDir, "output"), "a");
  const outputFrom = fstatSync(output).size;
  let child: ChildProcess;
  try {
    child = spawn(node.path, [script, runDir, ...args], {
      cwd: runDir,
      env: { ...inherited, ...node.env },
      detached: true,
      windowsHide: true,
      stdio: ["ignore", output, output],
    });
  } finally {
    closeSync(output);
  }
  let failure: string | undefined;
  child.once("error", (error) => (failure = error.message));
  child.unref();
  for (const untilMs = Date.now() + TAKE_TIMEOUT_MS; Date.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    const lock = readLock(runDir);
    if (child.pid !== undefined && lock?.owner.pid === child.pid && lock.segment === plan.segment) return child.pid;
    if (child.pid !== undefined && child.exitCode === 0) return child.pid; // it is over already
    if (child.exitCode === OWNED_BY_ANOTHER) {
      throw new UserError("run-owned", t("Another runner owns the run in {0}.", runDir), { file: runDir });
    }
    failure ??= endOf(child, runDir, outputFrom);
    if (failure !== undefined) throw notStarted(failure);
  }
  child.kill("SIGKILL");
  throw notStarted(`it did not take the run over within ${TAKE_TIMEOUT_MS / 1000} s`);
}

function endOf(child: ChildProcess, runDir: string, outputFrom: number): string | undefined {
  if (child.exitCode === null && child.signalCode === null) return undefined;
  const said = lastOutput(runDir, outputFrom).replace(/^tuning-fork runner: /, "");
  return said || `it ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`;
}

/** `reason` is English, as all that a runner says. So is the `cause`, which is recorded: anybody may read and search a run's record. */
const notStarted = (reason: string): UserError =>
  new UserError("runner-not-started", t("The run's runner could not start: {0}", reason), {
    cause: `The run's runner could not start: ${reason}`,
  });

/** A run whose runner never came is failed, not waiting for ever. */
async function recordFailure(runDir: string, error: UserError): Promise<void> {
  const attempt = await takeLock(runDir);
  if (!("lock" in attempt)) return;
  try {
    await finaliseRun(runDir, attempt.lock, typeof error.cause === "string" ? error.cause : error.sentence);
  } finally {
    attempt.lock.release();
  }
}
