import { join } from "node:path";
import { Database } from "../../src/store/driver.ts";

/** Points in a batch. */
const BATCH = 1_000;

/**
 * The best row-per-point insert found (reference/storage.md §2 names the others): integer keys, WITHOUT ROWID, a whole
 * batch in one statement through `json_each`, WAL, synchronous=NORMAL. Ten metrics side by side, as a trainer logs them.
 * Returns points per second and bytes per point.
 */
export async function insertRows(folder: string, points: number): Promise<{ perSecond: number; bytes: number }> {
  const db = await Database.open(join(folder, "rows.db"), "write");
  try {
    await db.exec(
      `CREATE TABLE point (series INTEGER NOT NULL, step INTEGER NOT NULL, time_ms INTEGER NOT NULL, value REAL NOT NULL,
         PRIMARY KEY (series, step)) WITHOUT ROWID`,
    );
    const startMs = performance.now();
    for (let at = 0; at < points; at += BATCH) {
      const rows = Array.from({ length: BATCH }, (_, i) => {
        const point = at + i;
        return [
          point % 10,
          Math.floor(point / 10),
          1_760_000_000_000 + point,
          Math.exp(-point / points) + Math.random(),
        ];
      });
      await db.run(
        `INSERT INTO point SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`,
        JSON.stringify(rows),
      );
    }
    const seconds = (performance.now() - startMs) / 1000;
    await db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const size = await db.get<{ bytes: number }>(
      "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size",
    );
    return { perSecond: points / seconds, bytes: size!.bytes / points };
  } finally {
    await db.close();
  }
}
