/**
 * The host's end of the pages in a process of its own, as the editor's extensions have one: what the browser's driver and
 * the bench take of processor and memory is not counted with it. Its side is `host/page-host.ts`.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { codeDir } from "../../src/base/code-dir.ts";
import type { Turns } from "./idle-turns.ts";
import type { Scenario } from "./page-scenarios.ts";

/** What can be asked of the process. */
export interface Calls {
  /** Makes the runs of a scenario, once; their ids and folders. */
  runs(scenario: Scenario): Promise<{ id: string; dir: string }[]>;
  /** Processor time so far, all threads together, milliseconds. */
  processorMs(): number;
  watchTurns(): void;
  endTurns(): Turns;
}
type Answers = { [C in keyof Calls]: (...args: Parameters<Calls[C]>) => Promise<Awaited<ReturnType<Calls[C]>>> };
export interface Question {
  id: number;
  call: keyof Calls;
  args: unknown[];
}
export type Reply = { id: number; value: unknown } | { id: number; error: string } | { url: string };

export interface PageHost extends Answers {
  url: string;
  close(): Promise<void>;
}

/** Starts the process; resolves when its pages can be opened. It ends with this one. */
export async function startPageHost(): Promise<PageHost> {
  const child = fork(join(codeDir(), "page-host.cjs"));
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let serial = 0;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      const error = new Error(`The pages' host ended with ${code}.`);
      reject(error);
      for (const one of pending.values()) one.reject(error);
    });
    child.on("message", (reply: Reply) => {
      if ("url" in reply) return resolve(reply.url);
      const one = pending.get(reply.id);
      pending.delete(reply.id);
      if ("error" in reply) one?.reject(new Error(reply.error));
      else one?.resolve(reply.value);
    });
  });
  const ask =
    <C extends keyof Calls>(call: C): Answers[C] =>
    (...args: unknown[]) =>
      new Promise<never>((resolve, reject) => {
        const id = ++serial;
        pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id, call, args } satisfies Question);
      });
  return {
    url,
    runs: ask("runs"),
    processorMs: ask("processorMs"),
    watchTurns: ask("watchTurns"),
    endTurns: ask("endTurns"),
    async close() {
      child.disconnect();
      await ended;
    },
  };
}
