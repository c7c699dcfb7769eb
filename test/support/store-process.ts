import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { bundle } from "./bundle.ts";
import type { ChildNews, ChildTask } from "./store-child.ts";

/** Processes that each follow a store; `start` one, `end` kills what is left and removes the bundle. */
export async function storeProcesses() {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-child-"));
  const file = await bundle("store-child.ts", folder, ["sqlite3"]);
  const started: ChildProcess[] = [];
  return {
    /** `shell`: a command line that is put before node's, such as a limit. */
    start(task: ChildTask, shell?: string) {
      const args = [file, JSON.stringify(task)];
      const env = { ...process.env, NODE_PATH: resolve(import.meta.dirname, "../../node_modules") };
      const child = shell
        ? spawn("bash", ["-c", `${shell}; exec "$0" "$@"`, process.execPath, ...args], { env })
        : spawn(process.execPath, args, { env });
      started.push(child);
      const news: ChildNews[] = [];
      let stderr = "";
      createInterface(child.stdout!).on("line", (line) => news.push(JSON.parse(line) as ChildNews));
      child.stderr!.on("data", (data) => (stderr += String(data)));
      const ended = new Promise<void>((done) => child.once("close", () => done()));
      return {
        pid: child.pid!,
        news,
        get stderr() {
          return stderr;
        },
        ended,
        async kill(): Promise<void> {
          child.kill("SIGKILL");
          await ended;
        },
      };
    },
    end(): void {
      for (const child of started) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type StoreProcesses = Awaited<ReturnType<typeof storeProcesses>>;
export type StoreProcess = ReturnType<StoreProcesses["start"]>;
