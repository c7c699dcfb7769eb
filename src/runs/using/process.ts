import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { killGroup } from "../../base/ask-program.ts";
import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";

/** What the process is told, one line of JSON (python/tuning_fork/torch_trainer/using/request.py). */
export interface UseRequest {
  action: "evaluate" | "predict";
  runDir: string;
  /** Absolute folder of the checkpoint. */
  checkpoint: string;
  /** Absolute file to evaluate on. */
  data?: string;
  texts?: string[];
  /** How the run's rows are written, as its trainer recorded it. */
  shape?: string;
}

/** How far it is; `total` is 0 where nothing is counted. */
export interface UseProgress {
  phase: string;
  done: number;
  total: number;
}

export interface UseProgram {
  command: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress: (progress: UseProgress) => void;
  /** It is given up after this long without a sign of life. */
  silenceMs?: number;
}

type Line = ({ t: "progress" } & UseProgress) | { t: "alive" } | { t: "result" } | Failure;
interface Failure {
  t: "error";
  code: string;
  problem: string;
  advice: string;
}

/** It tells every three seconds that it lives; importing PyTorch from a slow disk holds that up. */
const SILENCE_MS = 300_000;
const KEPT_CHARACTERS = 4000;

/**
 * Starts the program that uses a checkpoint, and resolves to its result line. Nothing of it is left in the end: it is killed when the signal
 * is aborted (this rejects with the signal's reason then) or when it falls silent, and ends by itself when this process
 * does, since its stdin closes then. Throws the program's own error as a `UserError`, or `checkpoint-use-failed`.
 */
export function askCheckpoint<T>(request: UseRequest, program: UseProgram): Promise<T> {
  const { command, cwd, env, signal, onProgress, silenceMs = SILENCE_MS } = program;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const [executable = "", ...args] = command;
    const child = spawn(executable, args, {
      cwd,
      env,
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let answer: Line | undefined;
    let said = "";
    const kill = (): void => {
      killGroup(child);
      // A grandchild in a group of its own may hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => {
      said = t("it said nothing for {0} s", silenceMs / 1000);
      kill();
    }, silenceMs);
    const settle = (settled: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", kill);
      process.off("exit", kill);
      settled();
    };
    signal.addEventListener("abort", kill, { once: true });
    process.once("exit", kill);
    createInterface({ input: child.stdout, crlfDelay: Infinity }).on("line", (text) => {
      timer.refresh();
      const line = parsed(text);
      if (line?.t === "progress") onProgress(line);
      else if (line?.t === "result" || line?.t === "error") answer = line;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-KEPT_CHARACTERS)));
    child.stdin.on("error", () => undefined); // it ended before it read: its exit says why
    child.stdin.write(`${JSON.stringify(request)}\n`);
    child.once("error", (cause) =>
      settle(() => reject(failed(t("{0} could not be started: {1}", executable, cause.message)))),
    );
    child.once("close", (code, killedBy) =>
      settle(() => {
        if (signal.aborted) reject(signal.reason as Error);
        else if (answer?.t === "result") resolve(answer as T);
        else if (answer?.t === "error") reject(new UserError(answer.code, answer.problem, { advice: answer.advice }));
        else reject(failed(said.trim().split("\n").at(-1) || t("it ended with {0}", String(code ?? killedBy))));
      }),
    );
  });
}

function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined; // a line that was cut when it was killed
  }
}

const failed = (why: string): UserError =>
  new UserError(
    "checkpoint-use-failed",
    t("The program that uses the checkpoint gave no result: {0}.", why.replace(/\.$/, "")),
    {
      advice: t("tuning-fork doctor looks at the environment."),
    },
  );
