import { dirname } from "node:path";
import sqlite3 from "sqlite3";
import { UserError } from "../base/errors.ts";
import { sleep } from "../base/clock.ts";
import { t } from "../base/l10n.ts";
import { journalModeFor } from "./network-folder.ts";

export type SqlValue = number | string | null | Uint8Array;
export type Row = Record<string, SqlValue>;

const BUSY_TIMEOUT_MS = 5_000;
const LOCK_ROUNDS = 6;

/**
 * A thin promise port over `sqlite3`: what the store needs and no more, so that another driver can take its place.
 *
 * node-sqlite3 does not order separate statements, so every call awaits its own end and a transaction belongs to one
 * caller: whoever shares a connection between callers takes turns (`Turns`).
 */
export class Database {
  readonly path: string;
  readonly #db: sqlite3.Database;
  readonly #statements = new Map<string, sqlite3.Statement>();

  private constructor(path: string, db: sqlite3.Database) {
    this.path = path;
    this.#db = db;
  }

  /**
   * Opens or creates a database. `read` never writes (the file must exist); `write` sets the journal mode: WAL, or
   * DELETE where the folder lies on a network file system, on which WAL's shared memory does not work.
   */
  static async open(path: string, mode: "read" | "write"): Promise<Database> {
    const flags =
      mode === "read"
        ? sqlite3.OPEN_READONLY | sqlite3.OPEN_URI
        : sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE | sqlite3.OPEN_URI;
    const db = await new Promise<sqlite3.Database>((resolve, reject) => {
      const opened = new sqlite3.Database(path, flags, (error) => (error ? reject(error) : resolve(opened)));
    });
    db.configure("busyTimeout", BUSY_TIMEOUT_MS);
    const database = new Database(path, db);
    try {
      if (mode === "write" && path !== ":memory:") await database.#setUp();
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async #setUp(): Promise<void> {
    const wanted = journalModeFor(dirname(this.path));
    // Changing the mode needs the file alone, so ask first: a second process finds it set.
    const now = await this.get<{ journal_mode: string }>("PRAGMA journal_mode");
    if (now?.journal_mode !== wanted) await patiently(() => this.exec(`PRAGMA journal_mode=${wanted}`));
    // NORMAL in WAL may lose the last commits at a power loss, never the database; the journals still hold them.
    await this.exec(`PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=2000`);
  }

  /** Runs statements that give no rows and take no values. */
  exec(sql: string): Promise<void> {
    return new Promise((resolve, reject) => this.#db.exec(sql, (error) => (error ? reject(error) : resolve())));
  }

  /** Runs one statement; `changes` counts the rows it touched, `lastId` is the rowid it inserted. */
  async run(sql: string, ...values: SqlValue[]): Promise<{ changes: number; lastId: number }> {
    const statement = await this.#prepared(sql);
    return new Promise((resolve, reject) =>
      statement.run(values, function (error) {
        if (error) reject(error);
        else resolve({ changes: this.changes, lastId: this.lastID });
      }),
    );
  }

  /** All rows of one query. */
  async all<T extends object = Row>(sql: string, ...values: SqlValue[]): Promise<T[]> {
    const statement = await this.#prepared(sql);
    return new Promise((resolve, reject) =>
      statement.all<T>(values, (error, rows) => (error ? reject(error) : resolve(rows))),
    );
  }

  /** The first row, or undefined. Reads to the end: node-sqlite3's own `get` leaves its statement, and so a read lock, open. */
  async get<T extends object = Row>(sql: string, ...values: SqlValue[]): Promise<T | undefined> {
    return (await this.all<T>(sql, ...values))[0];
  }

  /**
   * Runs `work` between BEGIN and COMMIT; rolls back when it throws. A `write` transaction takes the write lock at once,
   * so that nothing it read can be overtaken; one that finds the lock held longer than the busy timeout tries again.
   */
  async transaction<T>(kind: "read" | "write", work: () => Promise<T>): Promise<T> {
    await patiently(() => this.exec(kind === "write" ? "BEGIN IMMEDIATE" : "BEGIN"));
    try {
      const result = await work();
      await patiently(() => this.exec("COMMIT"));
      return result;
    } catch (error) {
      await this.exec("ROLLBACK").catch(() => undefined); // SQLite may have rolled back itself (disk full)
      throw error;
    }
  }

  /**
   * Replaces the content with that of another database file, in one write transaction: others that have this one open read
   * the old content until then and the new one after.
   */
  async copyFrom(path: string): Promise<void> {
    await patiently(
      () =>
        new Promise<void>((resolve, reject) => {
          const backup = (this.#db as unknown as BackupSource).backup(path, "main", "main", false, (error) => {
            if (error) return reject(error);
            backup.step(-1, (stepError) => {
              backup.finish(() => (stepError ? reject(stepError) : resolve()));
            });
          });
        }),
    );
  }

  async close(): Promise<void> {
    for (const statement of this.#statements.values()) {
      await new Promise<void>((resolve) => statement.finalize(() => resolve()));
    }
    this.#statements.clear();
    await new Promise<void>((resolve, reject) => this.#db.close((error) => (error ? reject(error) : resolve())));
  }

  async #prepared(sql: string): Promise<sqlite3.Statement> {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = await new Promise<sqlite3.Statement>((resolve, reject) => {
      const made = this.#db.prepare(sql, (error) => (error ? reject(error) : resolve(made)));
    });
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** SQLite's online backup, which the package's types leave out (its README: `Database#backup`). */
interface BackupSource {
  backup(
    file: string,
    destination: string,
    source: string,
    fileIsDestination: boolean,
    ready: (error: Error | null) => void,
  ): { step(pages: number, done: (error: Error | null) => void): void; finish(done: () => void): void };
}

/** SQLite's result code of an error (`SQLITE_BUSY`), or undefined. */
export function sqliteCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : undefined;
}

/** Whether a write failed because the disk has no room or cannot be written: the journals keep everything meanwhile. */
export const isWriteRefused = (error: unknown): boolean =>
  ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY"].includes(sqliteCode(error) ?? "");

/** Tries again while another process holds a lock, about half a minute in all; then says so in a sentence. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let round = 0; ; round++) {
    try {
      return await work();
    } catch (error) {
      const code = sqliteCode(error);
      if (code !== "SQLITE_BUSY" && code !== "SQLITE_LOCKED") throw error;
      if (round === LOCK_ROUNDS) {
        throw new UserError("store-busy", t("Another process has held the run database for half a minute."), {
          advice: t("Close other windows and commands that work on this folder, then try again."),
          cause: error,
        });
      }
      await sleep(50 * 2 ** round * (0.5 + Math.random()));
    }
  }
}
