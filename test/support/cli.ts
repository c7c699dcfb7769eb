import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson } from "../../src/base/files.ts";
import { storePaths } from "../../src/runs/layout.ts";
import type { LaunchPlan, RunRecord } from "../../src/runs/model.ts";
import { readLock } from "../../src/runner/lock.ts";
import { root } from "./imports.ts";
import { toyRows } from "./trainer.ts";

export const CLI = join(root, "dist", "cli.cjs");

export interface Output {
  /** Exit code; null when a signal ended the program. */
  code: number | null;
  stdout: string;
  stderr: string;
}

const CONFIG = `version: 1
task: text-classification
run: { name: toy, seed: 42 }
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: toy.csv, eval_fraction: 0.25, max_length: 16 }
train: { num_train_epochs: 3, per_device_train_batch_size: 8, learning_rate: 0.003 }
eval: { metrics: [accuracy, f1_macro] }
checkpoint: { metric_for_best_model: f1_macro }
hardware: { backend: wasm }
`;

/** A workspace with a small data set and a config, and the built command line run in it. */
export class CliWorkspace {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "tuning-fork-cli-")));

  constructor() {
    this.write("toy.csv", toyRows());
    this.write("finetune.yaml", CONFIG);
  }

  write(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return join(this.folder, name);
  }

  /** Starts a command and leaves it running. */
  spawn(...args: string[]): ChildProcess {
    return spawn(process.execPath, [CLI, ...args], { cwd: this.folder, env: ENV, stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Output> {
    return outputOf(this.spawn(...args));
  }

  /** Runs a command that must succeed, and reads what it prints as JSON. */
  async json<T = RunRecord>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(...args, "--json");
    if (code !== 0) throw new Error(`tuning-fork ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Ends what still runs, and removes the folder. */
  remove(): void {
    const { runs, run } = storePaths(join(this.folder, ".tuning-fork"));
    for (const id of namesIn(runs)) {
      const lock = readLock(run(id));
      for (const pid of [lock?.trainer?.pid, lock?.owner.pid]) if (pid !== undefined) end(pid);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  plan(run: RunRecord): LaunchPlan | undefined {
    return readJson<LaunchPlan>(join(run.dir, "launch.json"));
  }
}

/** Nothing of the tester's own set-up counts. */
const { TUNING_FORK_WORKSPACE: _workspace, NO_COLOR: _noColor, LC_ALL: _locale, ...inherited } = process.env;
const ENV = { ...inherited, LANG: "C.UTF-8" };

export async function outputOf(child: ChildProcess): Promise<Output> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", (exit) => resolve(exit)));
  return { code, stdout, stderr };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended
  }
}
