import { execFileSync } from "node:child_process";
import { errnoOf } from "../base/errors.ts";
import { commandLineOf, listProcesses, pidsWithVariable, type ListedProcess } from "./process-list.ts";

/** A runner's program. */
export const RUNNER = "runner.cjs";

/** One live process of a trainer. */
export interface Member {
  pid: number;
  /** User and system time so far, in seconds. */
  cpuSeconds: number;
  rssBytes: number;
}

/** How sure it is which processes are a trainer's. */
export type Evidence =
  /** It lives, so its group's number is its own; what was started elsewhere is found through who started it. */
  | "led"
  /** It was seen to end, so the number is still its own; what it started elsewhere is found by its environment. */
  | "ended"
  /** Nobody watched: the number may be another group's by now, and only the environment tells. */
  | "unwatched";

/**
 * The processes of a trainer: its process group, and what descends from it in sessions of its own, as the processes of
 * PyTorch's launcher do. One that was seen once stays a member when its parents are gone. Another run that is started from a
 * script is not part of it. On Windows it is the leader itself, when it lives.
 */
export class ProcessTree {
  readonly #leader: number;
  readonly #run: string;
  /** Members outside the group, by pid: when they started. */
  #outside = new Map<number, string>();

  /**
   * @param leader pid of the trainer and number of its group
   * @param run id of the run, which its processes have in their environment
   */
  constructor(leader: number, run: string) {
    this.#leader = leader;
    this.#run = run;
  }

  members(evidence: Evidence = "led"): Member[] {
    if (process.platform === "win32")
      return isThere(this.#leader) ? [{ pid: this.#leader, cpuSeconds: 0, rssBytes: 0 }] : [];
    return this.#look(evidence).map(({ pid, cpuSeconds, rssBytes }) => ({ pid, cpuSeconds, rssBytes: rssBytes() }));
  }

  /**
   * Signals every member; that some or all are gone is no error. Outside the group, SIGTERM goes to those alone that have
   * lost who started them: a launcher that lives passes it on in its own way.
   */
  signal(signal: "SIGTERM" | "SIGKILL", evidence: Evidence = "led"): void {
    if (process.platform === "win32") return killOnWindows(this.#leader);
    const members = this.#look(evidence);
    const pids = new Set(members.map(({ pid }) => pid));
    if (members.some(({ group }) => group === this.#leader)) send(-this.#leader, signal);
    for (const { pid, parent, group } of members) {
      if (group !== this.#leader && (signal === "SIGKILL" || !pids.has(parent))) send(pid, signal);
    }
  }

  #look(evidence: Evidence): ListedProcess[] {
    const all = listProcesses();
    const children = new Map<number, ListedProcess[]>();
    for (const one of all) children.set(one.parent, [...(children.get(one.parent) ?? []), one]);
    const named = evidence === "led" ? undefined : pidsWithVariable(`TUNING_FORK_RUN_ID=${this.#run}`);
    const found = new Map<number, ListedProcess>();
    const take = (one: ListedProcess): void => {
      if (found.has(one.pid) || (one.group !== this.#leader && this.#isOfAnotherRun(one))) return;
      found.set(one.pid, one);
      for (const child of children.get(one.pid) ?? []) take(child);
    };
    for (const one of all) {
      const isInGroup = one.group === this.#leader && evidence !== "unwatched";
      if (isInGroup || this.#outside.get(one.pid) === one.startTime || named?.has(one.pid)) take(one);
    }
    const members = [...found.values()];
    this.#outside = new Map(
      members.filter(({ group }) => group !== this.#leader).map(({ pid, startTime }) => [pid, startTime]),
    );
    return members;
  }

  #isOfAnotherRun({ pid, startTime }: ListedProcess): boolean {
    return this.#outside.get(pid) !== startTime && commandLineOf(pid).includes(RUNNER);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone, or another user's by now (sudo): whoever looks for survivors will find it.
    if (errnoOf(error) !== "ESRCH" && errnoOf(error) !== "EPERM") throw error;
  }
}

function killOnWindows(pid: number): void {
  try {
    execFileSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
  } catch {
    // gone
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
