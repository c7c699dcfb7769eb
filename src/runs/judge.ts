import { statSync } from "node:fs";
import { readJson } from "../base/files.ts";
import { isAlive, isSameBoot, type ProcessIdentity } from "../base/identity.ts";
import type { RunState } from "../journal/events.ts";
import { journalExists } from "../journal/reader.ts";
import { HEARTBEAT_LIMIT_MS } from "../runner/heartbeat.ts";
import { readHeartbeat, readHistory } from "../runner/history.ts";
import { readLock } from "../runner/lock.ts";
import { runFile } from "./layout.ts";
import type { RunManifest } from "./model.ts";

/** What the processes of a run without a final state say of it. */
export type ProcessJudgement =
  /** A live runner stands behind it, or its starter is still making it. */
  | { kind: "owned" }
  /** Its trainer lives without a runner. */
  | { kind: "orphaned" }
  /** All its processes are gone, and its end is not on record. */
  | { kind: "dead" }
  /** Its processes cannot be seen from here: another host, or another container of this one. */
  | { kind: "elsewhere"; identity: ProcessIdentity; silentMs: number };

/** What a reader shows instead of what the journal says. */
export interface JudgedState {
  /** null: the journal's state stands. */
  state: RunState | null;
  /** One sentence; says that the answer rests on the heartbeat. */
  cause: string;
}

/**
 * Judges the processes of a run that has no final state on record: by pid, start time, boot and pid namespace where they can be
 * seen, else by the heartbeat. Reads a few hundred bytes.
 */
export function judgeProcesses(runDir: string, nowMs: number = Date.now()): ProcessJudgement {
  const { owner, trainer } = processesOf(runDir);
  if (!owner) return { kind: "dead" };
  const liveness = isAlive(owner);
  if (liveness === "alive") return { kind: "owned" };
  if (liveness === "unknown") return { kind: "elsewhere", identity: owner, silentMs: silenceOf(runDir, nowMs) };
  return trainer && isAlive(trainer) === "alive" ? { kind: "orphaned" } : { kind: "dead" };
}

/**
 * What a reader must say of a run whose processes are elsewhere; undefined when the journal's word stands (such runs are
 * put right by `reconcile`). Nothing is written: the run's files belong to the other host.
 */
export function judge(runDir: string, nowMs: number = Date.now()): JudgedState | undefined {
  const judgement = judgeProcesses(runDir, nowMs);
  if (judgement.kind !== "elsewhere") return undefined;
  const { identity, silentMs } = judgement;
  const where = isSameBoot(identity)
    ? `another container (${identity.host}) of this machine`
    : `the host ${identity.host}`;
  const age = `${Math.max(0, Math.round(silentMs / 1000))} s ago`;
  return silentMs > HEARTBEAT_LIMIT_MS
    ? { state: "lost", cause: `Judged by its heartbeat: the last sign of life from ${where} came ${age}.` }
    : { state: null, cause: `Runs on ${where}; judged by its heartbeat, which came ${age}.` };
}

/** Who stands behind a run: the holder of its lock, else the last runner on record, else the process that made it. */
function processesOf(runDir: string): { owner: ProcessIdentity | null; trainer: ProcessIdentity | null } {
  const lock = readLock(runDir);
  if (lock) return { owner: lock.owner, trainer: lock.trainer };
  const history = journalExists(runDir, "runner") ? readHistory(runDir) : undefined;
  if (history?.runner) return { owner: history.runner, trainer: history.trainer };
  return { owner: readJson<RunManifest>(runFile(runDir, "manifest"))?.starter ?? null, trainer: null };
}

/**
 * Milliseconds since the newest sign of life. Clocks of two hosts may differ, so the file's own time, which the file server
 * may have set, counts as well; the newer one wins.
 */
function silenceOf(runDir: string, nowMs: number): number {
  const files = ["runner", "events", "manifest"] as const;
  const times = files.map((file) => statSync(runFile(runDir, file), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return nowMs - Math.max(readHeartbeat(runDir) ?? 0, ...times);
}
