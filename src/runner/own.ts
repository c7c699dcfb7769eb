import { statSync } from "node:fs";
import { UserError, sentenceOf } from "../base/errors.ts";
import { identifySelf, isAlive, type ProcessIdentity } from "../base/identity.ts";
import { redactJson } from "../base/redact.ts";
import { thawJournals } from "../journal/compress.ts";
import { runFile } from "../runs/layout.ts";
import { isTerminal, type LaunchPlan } from "../runs/model.ts";
import { finaliseRun, trainerOf } from "./finalise.ts";
import { readHistory, type RunnerHistory } from "./history.ts";
import type { HeldLock } from "./lock.ts";
import { Recorder } from "./recorder.ts";
import { makeOutputFolder } from "./script/script-watch.ts";
import { clearStopRequest } from "./stop.ts";
import { Supervisor } from "./supervisor.ts";
import { adoptTrainer, startTrainer, trainerEnvironment, type Trainer } from "./trainer.ts";

/** How long a runner waits for room to write down how its run ended. */
const FULL_DISK_WAIT_MS = 10 * 60 * 1000;

/** A run this process holds the lock of. */
export interface OwnedRun {
  runDir: string;
  run: string;
  plan: LaunchPlan;
  lock: HeldLock;
  /** Told the supervisor once there is one, so that a signal to the runner can become a stop. */
  onSupervisor: (supervisor: Supervisor) => void;
}

/** Starts the segment of the launch plan and stands behind it until its end. */
export async function runSegment(owned: OwnedRun): Promise<void> {
  const { runDir, run, plan, lock } = owned;
  const history = readHistory(runDir);
  if (history.segment >= plan.segment && history.runner) {
    throw new UserError("segment-started", `Segment ${plan.segment} of run ${run} has been started before.`);
  }
  const older = trainerOf(lock.previous, history);
  if (older && isAlive(older) === "alive") {
    throw new UserError("trainer-alive", `The trainer of run ${run} still lives (pid ${older.pid}).`, {
      advice: "Stop the run first.",
    });
  }
  await thawJournals(runDir); // only now: thawing under a live trainer would take lines from it
  const recorder = begin(owned, history);
  try {
    recorder.write({ t: "runner", identity: identifySelf(), adopted: false });
    recorder.changeState("preparing", "", plan.by);
    const trainer = await start(owned, recorder);
    if (trainer) await watch(owned, recorder, trainer, history.startedMs);
  } finally {
    await recorder.close(FULL_DISK_WAIT_MS);
  }
}

/** The trainer; undefined when it cannot be started, and the run has failed for that. */
async function start({ runDir, run, plan, lock }: OwnedRun, recorder: Recorder): Promise<Trainer | undefined> {
  try {
    clearStopRequest(runDir);
    if (plan.script) makeOutputFolder(plan.script);
    const eventsFrom = statSync(runFile(runDir, "events"), { throwIfNoEntry: false })?.size ?? 0;
    lock.update({ segment: plan.segment, trainer: null, eventsFrom });
    return await startTrainer(runDir, plan, trainerEnvironment(process.env, runDir, run, plan), (identity) => {
      recordTrainer(recorder, identity, plan);
      lock.update({ segment: plan.segment, trainer: identity, eventsFrom });
    });
  } catch (error) {
    recorder.changeState("failed", sentenceOf(error));
    return undefined;
  }
}

/** Takes the place of a dead runner: stands behind its trainer, or records the end when that is gone too. */
export async function adoptSegment(owned: OwnedRun): Promise<void> {
  const { runDir, plan, lock } = owned;
  const history = readHistory(runDir);
  if (history.state && isTerminal(history.state) && history.segment >= plan.segment) return;
  const identity = trainerOf(lock.previous, history);
  if (!identity || isAlive(identity) !== "alive") {
    await finaliseRun(runDir, lock);
    return;
  }
  const recorder = begin(owned, history);
  try {
    recorder.write({ t: "runner", identity: identifySelf(), adopted: true });
    const eventsFrom = lock.previous?.segment === plan.segment ? lock.previous.eventsFrom : 0;
    lock.update({ segment: plan.segment, trainer: identity, eventsFrom });
    if (history.trainer === null) recordTrainer(recorder, identity, plan);
    await watch(owned, recorder, adoptTrainer(identity), history.startedMs, history);
  } finally {
    await recorder.close(FULL_DISK_WAIT_MS);
  }
}

function begin({ runDir, run, plan }: OwnedRun, history: RunnerHistory): Recorder {
  const recorder = new Recorder(runDir, { run, segment: plan.segment, fromStep: plan.fromStep }, history.state);
  const begins = history.segment < plan.segment;
  if (begins && history.state && !isTerminal(history.state)) {
    recorder.changeState(
      "lost",
      "Its processes were on another host or in another container, and it was resumed here.",
    );
  }
  return recorder;
}

const recordTrainer = (recorder: Recorder, identity: ProcessIdentity, plan: LaunchPlan): void =>
  recorder.write({ t: "trainer", identity, command: redactJson(plan.command) });

async function watch(
  owned: OwnedRun,
  recorder: Recorder,
  trainer: Trainer,
  startedMs: number | null,
  history?: RunnerHistory,
): Promise<void> {
  const { runDir, run, plan, lock, onSupervisor } = owned;
  const watched = {
    runDir,
    run,
    plan,
    trainer,
    eventsFrom: lock.record.eventsFrom,
    startedMs: startedMs ?? Date.now(),
  };
  const stallMs = Number(process.env["TUNING_FORK_STALL_MS"]) || undefined;
  const supervisor = new Supervisor(watched, recorder, stallMs);
  const stop = history?.stop;
  if (stop) supervisor.stop.resume(stop.asked.by ?? "somebody", stop.asked.timeMs, stop.stage);
  onSupervisor(supervisor);
  await supervisor.watch();
}
