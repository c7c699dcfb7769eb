import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database } from "../../../src/store/driver.ts";
import { backupPath, migrate, schemaVersion } from "../../../src/store/migrate.ts";
import { MIGRATIONS } from "../../../src/store/migrations/index.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";

let folder: ReturnType<typeof makeStoreFolder>;
let path: string;
beforeEach(() => {
  folder = makeStoreFolder();
  path = join(folder.root, "runs.db");
});
afterEach(() => folder.remove());

const GROWN = [...MIGRATIONS, "ALTER TABLE run ADD COLUMN colour TEXT; UPDATE run SET colour = 'blue';"];

async function withDatabase<T>(file: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await Database.open(file, "write");
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

describe("migrating", () => {
  test("a new database takes every step and needs no copy", async () => {
    await withDatabase(path, async (db) => {
      await migrate(db);
      expect(await schemaVersion(db)).toBe(MIGRATIONS.length);
    });
    expect(existsSync(backupPath(path, 0))).toBe(false);
  });

  test("an older database is copied first, and keeps its rows", async () => {
    const run = new RunFolder(folder.root).segment(1, 0).metrics(1, { "train/loss": 1 }).state("finished");
    const store = await openStore(folder.root);
    await store.sync();
    await store.close();

    await withDatabase(path, async (db) => {
      await migrate(db, GROWN);
      expect(await schemaVersion(db)).toBe(GROWN.length);
      expect(await db.all("SELECT uuid, colour FROM run")).toEqual([{ uuid: run.id, colour: "blue" }]);
    });
    await withDatabase(backupPath(path, MIGRATIONS.length), async (db) => {
      expect(await schemaVersion(db)).toBe(MIGRATIONS.length);
      expect(await db.all("SELECT uuid FROM run")).toEqual([{ uuid: run.id }]);
      await expect(db.all("SELECT colour FROM run")).rejects.toThrow("no such column");
    });
  });

  test("a step that fails changes nothing", async () => {
    await withDatabase(path, async (db) => {
      await migrate(db);
      await expect(migrate(db, [...MIGRATIONS, "CREATE TABLE extra (a); CREATE TABLE run (a);"])).rejects.toThrow();
      expect(await schemaVersion(db)).toBe(MIGRATIONS.length);
      await expect(db.all("SELECT * FROM extra")).rejects.toThrow("no such table");
    });
  });

  test("two processes at once migrate it once", async () => {
    await withDatabase(path, (db) => migrate(db));
    await withDatabase(path, (one) =>
      withDatabase(path, async (other) => {
        await Promise.all([migrate(one, GROWN), migrate(other, GROWN)]);
        expect(await schemaVersion(one)).toBe(GROWN.length);
      }),
    );
  });

  test("a database of a newer version is refused with advice", async () => {
    await withDatabase(path, (db) => migrate(db, GROWN));
    await expect(openStore(folder.root)).rejects.toMatchObject({
      code: "store-newer",
      message: expect.stringContaining("schema 2, this one knows 1") as string,
      advice: expect.stringContaining("Update Tuning Fork") as string,
    });
  });
});
