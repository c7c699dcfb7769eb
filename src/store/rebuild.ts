import { rm } from "node:fs/promises";
import type { Clock } from "../base/clock.ts";
import type { StorePaths } from "../runs/layout.ts";
import { Database } from "./driver.ts";
import { Ingest } from "./ingest.ts";
import { migrate } from "./migrate.ts";

/** A database beside the store's own, made of nothing but the run folders. */
export interface Rebuilt {
  path: string;
  remove(): Promise<void>;
}

/** Reads every run folder from its first byte into a new database. `progress` is told runs done and runs in all. */
export async function rebuild(
  paths: StorePaths,
  progress: ((done: number, total: number) => void) | undefined,
  clock: Clock,
): Promise<Rebuilt> {
  const path = `${paths.database}.rebuild-${process.pid}`;
  const remove = async (): Promise<void> => {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) await rm(path + suffix, { force: true });
  };
  await remove();
  const db = await Database.open(path, "write");
  try {
    await migrate(db);
    const ingest = new Ingest(db, paths, { writable: true, clock });
    const open = await ingest.look();
    progress?.(0, open.length);
    for (const [done, uuid] of open.entries()) {
      while (await ingest.advance(uuid));
      progress?.(done + 1, open.length);
    }
    await ingest.commit();
    await ingest.close();
  } catch (error) {
    await db.close();
    await remove();
    throw error;
  }
  await db.close();
  return { path, remove };
}
