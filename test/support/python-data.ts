import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { testPython } from "./test-python.ts";

/** What Python is to read: a function of `tuning_fork.data`, a resolved config, and the folder its paths start from. */
export interface PythonCase {
  loader: string;
  config: unknown;
  baseDir: string;
}

export interface PythonAnswer {
  data?: Record<string, unknown>;
  code?: string;
  sentence?: string;
}

/** Reads all cases in one Python process, from the current folder as this one does. */
export function readInPython(cases: readonly PythonCase[]): PythonAnswer[] {
  const result = spawnSync(testPython(), ["-X", "utf8", join(import.meta.dirname, "python_data.py")], {
    input: cases.map((one) => `${JSON.stringify(one)}\n`).join(""),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 100_000,
  });
  if (result.status !== 0) throw new Error(`Python ended with ${String(result.status)}: ${result.stderr}`);
  return result.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as PythonAnswer);
}
