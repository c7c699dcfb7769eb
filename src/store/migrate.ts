import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import type { Database } from "./driver.ts";
import { MIGRATIONS } from "./migrations/index.ts";

/** Where the copy made before leaving `version` lies. */
export const backupPath = (databasePath: string, version: number): string => `${databasePath}.v${version}.bak`;

/**
 * Brings a database to the newest schema, one numbered migration per transaction, each after a copy of the file
 * (`runs.db.v<version>.bak`) unless the database is new. Throws a `UserError` when the database is newer than this code.
 */
export async function migrate(db: Database, migrations: readonly string[] = MIGRATIONS): Promise<void> {
  for (;;) {
    const version = await schemaVersion(db);
    if (version > migrations.length) {
      throw new UserError(
        "store-newer",
        t(
          "The run database {0} was written by a newer Tuning Fork (schema {1}, this one knows {2}).",
          db.path,
          version,
          migrations.length,
        ),
        {
          advice: t(
            "Update Tuning Fork, or move the file away: `tuning-fork reindex` rebuilds it from the run folders.",
          ),
        },
      );
    }
    if (version === migrations.length) return;
    if (version > 0) await backUp(db, version);
    await db.transaction("write", async () => {
      if ((await schemaVersion(db)) !== version) return; // another process was faster
      await db.exec(migrations[version] ?? "");
      await db.exec(`PRAGMA user_version=${version + 1}`);
    });
  }
}

/** The number of migrations a database has seen. */
export async function schemaVersion(db: Database): Promise<number> {
  return (await db.get<{ user_version: number }>("PRAGMA user_version"))?.user_version ?? 0;
}

/** Whether this code can read the database as it is. */
export const isCurrent = async (db: Database): Promise<boolean> => (await schemaVersion(db)) === MIGRATIONS.length;

/** Copies the database, unless another process has migrated it meanwhile: then its own copy stands. */
async function backUp(db: Database, version: number): Promise<void> {
  const path = backupPath(db.path, version);
  const unfinished = `${path}.${randomUUID()}`;
  try {
    await db.run("VACUUM INTO ?", unfinished);
    if ((await schemaVersion(db)) === version) await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}
