import { once } from "node:events";
import { createInterface } from "node:readline";
import { sentenceOf, type UserError } from "../../../base/errors.ts";
import { jsonReplacer } from "../../../base/numbers.ts";
import type { UseRequest } from "../../../runs/using/process.ts";
import { asUserError } from "../train/failure.ts";
import { useCheckpoint, type Progress } from "./use.ts";

/**
 * The process that uses a checkpoint: one request on stdin, JSON lines on stdout, which end with a result or an error, as
 * python/tuning_fork/torch_trainer/using/main.py writes them for PyTorch. It ends by itself when stdin closes, which is how
 * it learns that nobody waits for it any more.
 */

const ALIVE_MS = 3000;
const PROGRESS_MS = 250;

const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line, jsonReplacer)}\n`);

async function main(): Promise<number> {
  const lines = createInterface({ input: process.stdin });
  const [request] = (await once(lines, "line")) as [string];
  lines.once("close", () => process.exit(1));
  setInterval(() => say({ t: "alive" }), ALIVE_MS).unref();
  try {
    say({ t: "result", ...(await useCheckpoint(JSON.parse(request) as UseRequest, progress())) });
    return 0;
  } catch (error) {
    say({ t: "error", ...told(error) });
    return 1;
  }
}

function told(error: unknown): Pick<UserError, "code" | "advice"> & { problem: string } {
  const { code, message: problem, advice } = asUserError(error);
  if (code !== "trainer-defect") return { code, problem, advice };
  console.error(error);
  const text = sentenceOf(error)
    .split("\n", 1)[0]!
    .replace(/[.\s]*$/, "");
  return {
    code: "checkpoint-defect",
    problem: `The checkpoint could not be used: ${text}.`,
    advice: "This is a defect worth reporting.",
  };
}

/** Tells a new phase at once and figures a few times a second. */
function progress(): Progress {
  let last = { phase: "", timeMs: 0 };
  return (phase, done = 0, total = 0) => {
    const timeMs = performance.now();
    if (phase === last.phase && timeMs - last.timeMs < PROGRESS_MS && done !== total) return;
    last = { phase, timeMs };
    say({ t: "progress", phase, done, total });
  };
}

void main().then((code) => process.stdout.write("", () => process.exit(code)));
