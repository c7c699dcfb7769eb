import { existsSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { type StorePaths, storePaths } from "../runs/layout.ts";
import { Database, sqliteCode } from "./driver.ts";
import { isCurrent, migrate } from "./migrate.ts";
import { SqliteRunStore } from "./sqlite-run-store.ts";

export interface DirectOptions {
  /** Answers from what is there and never writes. */
  readOnly?: boolean;
}

/**
 * Opens a store's database in this thread, made or migrated as needed. A damaged one is set aside (`runs.db.damaged`) and
 * made anew: it holds nothing that the run folders do not. Where nothing can be written, answers come from what is there.
 */
export async function openDirect(root: string, { readOnly = false }: DirectOptions = {}): Promise<SqliteRunStore> {
  const paths = storePaths(root);
  if (readOnly) return openReading(paths);
  try {
    return await openWriting(paths);
  } catch (error) {
    switch (sqliteCode(error)) {
      case "SQLITE_CORRUPT":
      case "SQLITE_NOTADB":
        await setAside(paths);
        return openWriting(paths);
      case "SQLITE_READONLY":
      case "SQLITE_FULL":
      case "SQLITE_IOERR":
        return openReading(paths);
      case "SQLITE_CANTOPEN":
        if (existsSync(root)) return openReading(paths);
        throw new UserError("store-missing", t("There is no run store at {0}.", root), { cause: error });
      default:
        throw error;
    }
  }
}

async function openWriting(paths: StorePaths): Promise<SqliteRunStore> {
  const db = await Database.open(paths.database, "write");
  try {
    await migrate(db);
  } catch (error) {
    await db.close();
    throw error;
  }
  return new SqliteRunStore(db, paths, { writable: true });
}

/** Without a database that can be read, an empty one in memory: then everything comes from the journals. */
async function openReading(paths: StorePaths): Promise<SqliteRunStore> {
  const db = (await openExisting(paths)) ?? (await Database.open(":memory:", "write"));
  if (db.path === ":memory:") await migrate(db);
  return new SqliteRunStore(db, paths, { writable: false });
}

async function openExisting(paths: StorePaths): Promise<Database | undefined> {
  if (!existsSync(paths.database)) return undefined;
  // WAL needs to make files beside the database; where that cannot be, nobody else writes either and it is read as it lies.
  for (const path of [paths.database, `${pathToFileURL(paths.database).href}?immutable=1`]) {
    try {
      const db = await Database.open(path, "read");
      if (await isCurrent(db)) return db;
      await db.close();
      return undefined;
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
    }
  }
  return undefined;
}

async function setAside({ database }: StorePaths): Promise<void> {
  if (existsSync(database)) renameSync(database, `${database}.damaged`);
  for (const suffix of ["-wal", "-shm", "-journal"]) await rm(database + suffix, { force: true });
}
