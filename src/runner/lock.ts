import { createHash } from "node:crypto";
import { linkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { sleep } from "../base/clock.ts";
import { errnoOf } from "../base/errors.ts";
import { readJson, writeFileAtomic, writeJsonAtomic } from "../base/files.ts";
import { identifySelf, isAlive, sameProcess, type Liveness, type ProcessIdentity } from "../base/identity.ts";
import { runFile } from "../runs/layout.ts";

/** What `runner.lock` says: who owns the run, and the trainer it stands behind. */
export interface RunnerLock {
  owner: ProcessIdentity;
  segment: number;
  /** The trainer of this segment, once there is one. */
  trainer: ProcessIdentity | null;
  /** Length of `events.jsonl` when the segment's trainer was started: everything after is this trainer's. */
  eventsFrom: number;
}

export type LockAttempt = { lock: HeldLock } | { heldBy: RunnerLock; liveness: Liveness };

interface Link {
  path: string;
  record: RunnerLock | undefined;
}

/**
 * Takes the run's lock, from nobody or from a dead owner; two processes never hold it at once.
 *
 * The race of taking over: whoever removes a stale lock may remove a lock just taken by another. So a stale lock is not
 * removed: a successor is appended to it, as a file named after the dead owner, and a name can be linked once. Who stands at the
 * end of the chain owns the run, and then, alone, replaces the head by itself.
 *
 * @param takeUnknown take it also from an owner that cannot be judged from here (another host or container).
 */
export async function takeLock(runDir: string, takeUnknown = false): Promise<LockAttempt> {
  const head = runFile(runDir, "runnerLock");
  const self = identifySelf();
  for (;;) {
    const last = chainOf(head).at(-1);
    if (last && !last.record && isFresh(last.path)) {
      await sleep(50); // on a file system without hard links a lock is being written in place
      continue;
    }
    if (last?.record) {
      const liveness = isAlive(last.record.owner);
      if (liveness === "alive" || (liveness === "unknown" && !takeUnknown)) return { heldBy: last.record, liveness };
    }
    const mine = last?.record
      ? { ...last.record, owner: self }
      : { owner: self, segment: 0, trainer: null, eventsFrom: 0 };
    const path = last ? `${head}.${keyOf(last.record)}` : head;
    if (!claim(path, JSON.stringify(mine))) continue;
    const chain = chainOf(head);
    if (chain.at(-1)?.path !== path || !sameProcess(chain.at(-1)?.record?.owner, self)) {
      rmSync(path, { force: true }); // the chain was renewed between the look and the claim
      continue;
    }
    const lock = new HeldLock(head, mine, last?.record);
    for (const { path: old } of chain) if (old !== head) rmSync(old, { force: true });
    return { lock };
  }
}

/** Who owns the run, alive or not; undefined when nobody does. */
export function readLock(runDir: string): RunnerLock | undefined {
  return chainOf(runFile(runDir, "runnerLock")).at(-1)?.record;
}

/** A lock this process holds. */
export class HeldLock {
  /** What the dead owner this lock was taken from had written. */
  readonly previous: RunnerLock | undefined;
  #record: RunnerLock;
  readonly #path: string;

  constructor(path: string, record: RunnerLock, previous: RunnerLock | undefined) {
    this.#path = path;
    this.#record = record;
    this.previous = previous;
    writeJsonAtomic(path, record);
  }

  get record(): RunnerLock {
    return this.#record;
  }

  update(change: Omit<RunnerLock, "owner">): void {
    this.#record = { owner: this.#record.owner, ...change };
    writeJsonAtomic(this.#path, this.#record);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/**
 * The head of the lock and its successors, in order. Between a look at the head and one for its successor the owner may
 * have replaced the one and removed the other; so the head must be the same before and after.
 */
function chainOf(head: string): Link[] {
  for (;;) {
    const chain = followChain(head);
    if (ownerKey(chain[0]) === ownerKey(readLink(head))) return chain;
  }
}

const ownerKey = (link: Link | undefined): string | undefined => link && keyOf(link.record);

function followChain(head: string): Link[] {
  const chain: Link[] = [];
  for (let path = head; ; path = `${head}.${keyOf(chain.at(-1)?.record)}`) {
    const link = readLink(path);
    if (!link) return chain;
    chain.push(link);
  }
}

function readLink(path: string): Link | undefined {
  if (!statSync(path, { throwIfNoEntry: false })) return undefined;
  const record = readJson<RunnerLock>(path);
  return { path, record: record?.owner ? record : undefined };
}

/** A damaged lock (power loss) has no owner and so one name for all. */
function keyOf(record: RunnerLock | undefined): string {
  if (!record) return "damaged";
  return createHash("sha256").update(JSON.stringify(record.owner)).digest("hex").slice(0, 12);
}

/** Makes a file that holds the text from its first moment on; false when the name is taken. */
function claim(path: string, text: string): boolean {
  const draft = `${path}.${process.pid}.draft`;
  try {
    writeFileAtomic(draft, text);
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(errnoOf(error) ?? "")) throw error;
    return claimWithoutLinks(path, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

function claimWithoutLinks(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
}

const isFresh = (path: string): boolean =>
  Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < 2000;
