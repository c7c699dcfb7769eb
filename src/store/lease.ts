import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../base/clock.ts";
import { identifySelf, isAlive, type ProcessIdentity } from "../base/identity.ts";
import { type Database, isWriteRefused, sqliteCode } from "./driver.ts";

/** A lease not renewed for so long is free for anyone, wherever its holder runs. */
export const LEASE_MS = 3_000;
const RENEW_EVERY_MS = 1_000;

interface LeaseRow {
  token: string;
  identity: string;
  expires_ms: number;
}

/**
 * The right to ingest into one store, held by at most one process. It is renewed every second and runs out after three; a
 * holder on this machine that is dead loses it at once. Holding it only saves others the work: a commit is safe because it
 * checks `holds` inside its own transaction.
 */
export class Lease {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #token = randomUUID();
  #identity: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database, clock: Clock = systemClock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** `own`, `free` (nobody's), `stale` (its holder is dead or silent) or `taken`. */
  async look(): Promise<"own" | "free" | "stale" | "taken"> {
    const row = await this.#db.get<LeaseRow>("SELECT token, identity, expires_ms FROM lease");
    if (!row) return "free";
    if (row.token === this.#token) return "own";
    return this.#isStale(row) ? "stale" : "taken";
  }

  /** Inside a write transaction: whether this process holds the lease, taking it if it can be had. */
  async holds(): Promise<boolean> {
    const standing = await this.look();
    if (standing === "taken") return false;
    this.#identity ??= JSON.stringify(identifySelf());
    await this.#db.run(
      `INSERT INTO lease (id, token, identity, expires_ms) VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET token = excluded.token, identity = excluded.identity, expires_ms = excluded.expires_ms`,
      this.#token,
      this.#identity,
      this.#clock() + LEASE_MS,
    );
    return true;
  }

  /** Keeps renewing until `release`; `turn` gives the renewal its turn on the shared connection. */
  keep(turn: (work: () => Promise<void>) => Promise<void>): void {
    if (this.#timer) return;
    this.#timer = setInterval(() => {
      turn(() => this.#renew()).catch(() => undefined); // a missed renewal is made up by the next
    }, RENEW_EVERY_MS);
    this.#timer.unref();
  }

  /** Gives the lease back, if it was ever taken, so that the next process need not wait for it to run out. */
  async release(): Promise<void> {
    this.stopRenewing();
    if (this.#identity === undefined) return;
    await this.#db.run("DELETE FROM lease WHERE token = ?", this.#token).catch((error: unknown) => {
      if (!isWriteRefused(error) && sqliteCode(error) === undefined) throw error; // it runs out by itself
    });
  }

  /** Lets the lease run out without touching the database. */
  stopRenewing(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #renew(): Promise<void> {
    await this.#db.run("UPDATE lease SET expires_ms = ? WHERE token = ?", this.#clock() + LEASE_MS, this.#token);
  }

  #isStale(row: LeaseRow): boolean {
    const now = this.#clock();
    // An expiry further ahead than any renewal sets is from before the clock was put back.
    if (row.expires_ms <= now || row.expires_ms > now + 2 * LEASE_MS) return true;
    return isAlive(JSON.parse(row.identity) as ProcessIdentity) === "dead";
  }
}
