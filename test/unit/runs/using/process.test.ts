import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { UserError } from "../../../../src/base/errors.ts";
import {
  askCheckpoint,
  type UseProgram,
  type UseProgress,
  type UseRequest,
} from "../../../../src/runs/using/process.ts";

/** Programs that answer as python/use_checkpoint.py does, or do not. */

const REQUEST: UseRequest = {
  action: "predict",
  runDir: "/run",
  checkpoint: "/run/checkpoints/step-2",
  texts: ["a\nb", "é"],
};

const ask = (script: string, options: Partial<UseProgram> = {}): Promise<Record<string, unknown>> =>
  askCheckpoint(REQUEST, {
    command: [process.execPath, "-e", script],
    cwd: process.cwd(),
    env: process.env,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
const refusal = async (asked: Promise<unknown>): Promise<UserError> => {
  const error: unknown = await asked.catch((reason: unknown) => reason);
  if (error instanceof UserError) return error;
  throw new Error(`no UserError: ${String(error)}`);
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const say = (line: object): string => `console.log(${JSON.stringify(JSON.stringify(line))});`;

test("the program gets the request as its first line, tells how far it is, and answers", async () => {
  const told: UseProgress[] = [];
  const script = `
    process.stdin.once("data", (request) => {
      ${say({ t: "progress", phase: "predicting", done: 1, total: 2 })}
      ${say({ t: "alive" })}
      console.log(JSON.stringify({ t: "result", request: JSON.parse(String(request)) }));
      process.exit(0);
    });`;
  const answer = await ask(script, { onProgress: (progress) => told.push(progress) });
  expect(answer).toEqual({ t: "result", request: REQUEST });
  expect(told).toEqual([{ t: "progress", phase: "predicting", done: 1, total: 2 }]);
});

test("its error is a UserError; a program that dies without one is told by its last words", async () => {
  const wrong = { t: "error", code: "data-label-untrained", problem: "x.csv:2: no.", advice: "Correct it." };
  const error = await refusal(ask(`${say(wrong)} process.exit(1)`));
  expect(error).toMatchObject({ code: "data-label-untrained", message: "x.csv:2: no.", advice: "Correct it." });
  const died = await refusal(ask(`console.error("first\\nlibcuda.so is missing."); process.exit(127)`));
  expect(died.code).toBe("checkpoint-use-failed");
  expect(died.message).toMatch(/: libcuda\.so is missing\.$/);
  const missing = await refusal(ask("", { command: ["/nowhere/python"] }));
  expect(missing.message).toContain("/nowhere/python could not be started");
});

test("a cancelled program is killed with all that it started, and one that falls silent as well", async () => {
  const cancel = new AbortController();
  let child = 0;
  const script = `
    const { spawn } = require("node:child_process");
    const inner = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    console.log(JSON.stringify({ t: "progress", phase: "child", done: inner.pid, total: 0 }));
    setInterval(() => {}, 1000);`;
  const onProgress = ({ done }: UseProgress): void => {
    child = done;
    cancel.abort(new Error("cancelled"));
  };
  await expect(ask(script, { signal: cancel.signal, onProgress })).rejects.toThrow("cancelled");
  for (let waited = 0; isAlive(child) && waited < 100; waited++) await sleep(50);
  expect(isAlive(child)).toBe(false);
  await expect(ask("", { signal: cancel.signal })).rejects.toThrow("cancelled");
  const silent = await refusal(ask("setInterval(() => {}, 1000)", { silenceMs: 300 }));
  expect(silent.message).toContain("it said nothing for 0.3 s");
});
