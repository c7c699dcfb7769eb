import { spawn, type ChildProcess } from "node:child_process";
import { errnoOf } from "./errors.ts";

/** What a program answered, or how it failed to. */
export interface Answer {
  /** `done`: it ended with exit code 0. `missing`: there is no such program. `slow`: it did not end in time. */
  readonly how: "done" | "failed" | "missing" | "slow";
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code, or the signal that ended it; null where it never started or was stopped. */
  readonly code: number | NodeJS.Signals | null;
}

export interface AskOptions {
  readonly env: NodeJS.ProcessEnv;
  /** After this long the program and all that it started are killed. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Folder it stands in; this process's own when left out. */
  readonly cwd?: string;
  /** What it says, as it comes, of both streams. */
  readonly onText?: (text: string) => void;
}

/** Nothing asked here says more; what comes beyond is dropped. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Runs a program that tells something and ends. Nothing it does makes this reject: it may be missing, fail, hang or flood.
 * Rejects with the signal's reason when that is aborted; then, and in the end, nothing it started is left.
 */
export function askProgram(
  program: string,
  args: readonly string[],
  { env, timeoutMs, signal, cwd, onText }: AskOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const said = { stdout: "", stderr: "" };
    let how: Answer["how"] | undefined;
    let child: ChildProcess;
    const end = (code: Answer["code"]): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      process.off("exit", kill);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve({ how: how ?? (code === 0 ? "done" : "failed"), ...said, code: how === "slow" ? null : code });
    };
    const kill = (): void => killGroup(child);
    const stop = (): void => {
      kill();
      // A grandchild in a group of its own may hold the pipes open.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timer = setTimeout(() => {
      how = "slow";
      stop();
    }, timeoutMs);
    try {
      child = spawn(program, args, {
        env,
        ...(cwd === undefined ? {} : { cwd }),
        // A group of its own, so that what a wrapper script starts ends with it.
        detached: process.platform !== "win32",
        windowsHide: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      clearTimeout(timer);
      return resolve({ how: "failed", stdout: "", stderr: String(error), code: null });
    }
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream]?.setEncoding("utf8").on("data", (text: string) => {
        if (said[stream].length < MOST_CHARACTERS) said[stream] += text;
        onText?.(text);
      });
    }
    child.once("error", (error) => {
      how ??= errnoOf(error) === "ENOENT" ? "missing" : "failed";
      said.stderr ||= error.message;
      end(null);
    });
    child.once("close", (code, killedBy) => end(code ?? killedBy));
    signal?.addEventListener("abort", stop, { once: true });
    process.once("exit", kill);
  });
}

/** Ends a program that leads a process group, with all that it started; it may be gone already. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
