import { execFile } from "node:child_process";
import { join } from "node:path";
import { codeDir } from "../../../base/code-dir.ts";
import type { BackendName, LoadedBackend } from "./load.ts";

/** Whether a backend works on this machine. */
export type ProbeResult =
  | { readonly works: true; readonly backend: LoadedBackend }
  /** One sentence. */
  | { readonly works: false; readonly reason: string };

/** The first use of a GPU compiles kernels and may take long. */
const TIMEOUT_MS = 60_000;

/**
 * Tries a backend in a short process of its own (`backend-probe.cjs`), so that a crash in its native code ends that
 * process and nothing else.
 */
export function probeBackend(name: BackendName, signal?: AbortSignal): Promise<ProbeResult> {
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL" as const,
    windowsHide: true,
    maxBuffer: 10 * 1024 * 1024,
    ...(signal ? { signal } : {}),
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(codeDir(), "backend-probe.cjs"), name], options, (error, stdout) => {
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve(readAnswer(stdout) ?? { works: false, reason: describeEnd(error) });
    });
  });
}

/** The answer is the last line that is one; libraries may print before it. */
function readAnswer(stdout: string): ProbeResult | undefined {
  for (const line of stdout.trimEnd().split("\n").toReversed()) {
    try {
      const value = JSON.parse(line) as Partial<ProbeResult> | null;
      if (typeof value?.works === "boolean") return value as ProbeResult;
    } catch {
      // some library's own output
    }
  }
  return undefined;
}

function describeEnd(
  error: (Error & { killed?: boolean; signal?: NodeJS.Signals | null; code?: string | number | null }) | null,
): string {
  if (error?.killed) return `Its probe gave no answer within ${TIMEOUT_MS / 1000} seconds.`;
  if (error?.signal) return `Its native code crashed while it was tried (${error.signal}).`;
  return `Its probe ended with code ${error?.code ?? 0} and no answer.`;
}
