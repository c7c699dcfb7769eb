import { setPriority } from "node:os";
import { sleep } from "../base/clock.ts";
import { UserError, sentenceOf } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { compressJournals } from "../journal/compress.ts";
import { runFile } from "../runs/layout.ts";
import type { LaunchPlan, RunManifest } from "../runs/model.ts";
import { HEARTBEAT_LIMIT_MS } from "./heartbeat.ts";
import { readHeartbeat } from "./history.ts";
import { takeLock, type HeldLock } from "./lock.ts";
import { adoptSegment, runSegment } from "./own.ts";
import type { Supervisor } from "./supervisor.ts";

/** A runner that compresses the journals of the last segment gives way within this time. */
const LOCK_WAIT_MS = 8000;
/** Time for a resume to come before the journals are compressed; tests shorten it. */
const COMPRESS_AFTER_MS = Number(process.env["TUNING_FORK_COMPRESS_AFTER_MS"] ?? 2000);

/** Exit codes: 0 the run has been seen to its end, 1 it could not, 3 another runner owns it. */
const OWNED_BY_ANOTHER = 3;

/** The detached process behind one run. usage: runner.cjs <folder of the run> [--adopt] */
async function main([runDir, mode]: string[]): Promise<number> {
  if (!runDir) throw new UserError("usage", "The runner needs the folder of a run.");
  const plan = readJson<LaunchPlan>(runFile(runDir, "launch"));
  const manifest = readJson<RunManifest>(runFile(runDir, "manifest"));
  if (!plan || !manifest) {
    throw new UserError("run-incomplete", `The run's folder ${runDir} lacks its run.json or launch.json.`, {
      file: runDir,
    });
  }
  const adopt = mode === "--adopt";
  const lock = adopt ? await takeNow(runDir) : await takeInTurn(runDir, plan.segment);
  if (!lock) return OWNED_BY_ANOTHER;
  try {
    const owned = { runDir, run: manifest.id, plan, lock, onSupervisor };
    await (adopt ? adoptSegment(owned) : runSegment(owned));
    await compressInTime(runDir, plan.segment);
  } finally {
    lock.release();
  }
  return 0;
}

async function takeNow(runDir: string): Promise<HeldLock | undefined> {
  const attempt = await takeLock(runDir);
  return "lock" in attempt ? attempt.lock : undefined;
}

/** Waits for the runner of an earlier segment, which may still be busy with the journals. */
async function takeInTurn(runDir: string, segment: number): Promise<HeldLock | undefined> {
  for (const untilMs = Date.now() + LOCK_WAIT_MS; ; await sleep(25)) {
    const silentMs = Date.now() - (readHeartbeat(runDir) ?? 0);
    const attempt = await takeLock(runDir, silentMs > HEARTBEAT_LIMIT_MS);
    if ("lock" in attempt) return attempt.lock;
    if (attempt.heldBy.segment >= segment || Date.now() > untilMs) return undefined;
  }
}

async function compressInTime(runDir: string, segment: number): Promise<void> {
  const resumed = () => (readJson<LaunchPlan>(runFile(runDir, "launch"))?.segment ?? segment) > segment;
  for (const untilMs = Date.now() + COMPRESS_AFTER_MS; Date.now() < untilMs; await sleep(50)) if (resumed()) return;
  setPriority(19);
  // A full disk, say: the journals stay as they are, and that is no less true.
  await compressJournals(runDir).catch(() => undefined);
}

let supervisor: Supervisor | undefined;
let signalled: NodeJS.Signals | undefined;

function onSupervisor(started: Supervisor): void {
  supervisor = started;
  if (signalled) stopBy(signalled);
}

/** The machine is shutting down, or somebody ends the runner: the trainer shall save what it has. */
function stopBy(signal: NodeJS.Signals): void {
  signalled = signal;
  supervisor?.stop.request({ by: `${signal} to the runner`, force: false, timeMs: Date.now() });
}

process.on("SIGHUP", () => undefined);
process.on("SIGINT", stopBy);
process.on("SIGTERM", stopBy);

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    // Its only reader is `output.log`, and through it whoever started the run.
    process.stderr.write(`tuning-fork runner: ${sentenceOf(error)}\n`);
    process.exit(1);
  },
);
