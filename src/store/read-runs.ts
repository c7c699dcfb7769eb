import type { TableEvent } from "../journal/events.ts";
import type { RunListItem } from "../runs/model.ts";
import { describeItem } from "./describe.ts";
import type { Database } from "./driver.ts";
import { parseFilter } from "./filter.ts";
import type { ListQuery } from "./port.ts";
import { type ListRow, listRows } from "./run-rows.ts";
import { type RunTail, tableKey } from "./run-tail.ts";
import { ListPacker, type PackedList } from "./packed-list.ts";
import { decodeSummaries, summaryNumbers } from "./summary.ts";

/** What reading needs to know of the runs beyond the database. */
export interface Known {
  tails: ReadonlyMap<string, RunTail>;
  /** Whether the run has a folder. */
  has(uuid: string): boolean;
}

/** The runs a query asks for, newest first. */
export async function readList(db: Database, known: Known, query: ListQuery): Promise<PackedList> {
  const filter = parseFilter(query.filter ?? "");
  const ids = await metricIds(db);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const packer = new ListPacker(ids);
  const limit = query.limit ?? Number.POSITIVE_INFINITY;
  const live = [...known.tails.values()].sort((a, b) => (isNewer(createdOf(a), createdOf(b)) ? -1 : 1));

  const addLive = async (tail: RunTail): Promise<void> => {
    const item = await describeItem(db, tail);
    if (item.trashed && !query.trashed) return;
    if (packer.length < limit && filter.matches(item, tail.config)) packer.addItem(item);
  };
  const matches = (row: ListRow): boolean => {
    if (filter.takesAll) return true;
    const item = JSON.parse(row.head) as RunListItem;
    item.metrics = filter.usesMetrics ? decodeSummaries(summaryNumbers(row.metrics), (id) => names.get(id)) : {};
    return filter.matches(item, JSON.parse(row.config ?? "{}") as Record<string, unknown>);
  };
  const usual = filter.takesAll && query.limit !== undefined ? query.limit + 1 : undefined;
  const options = { withConfig: filter.usesConfig, withTrashed: query.trashed ?? false, usual };
  for await (const row of listRows(db, options)) {
    while (live[0] && isNewer(createdOf(live[0]), row)) await addLive(live.shift()!);
    if (packer.length >= limit) break;
    if (known.has(row.uuid) && !known.tails.has(row.uuid) && matches(row)) packer.addRow(row.head, row.metrics);
  }
  for (const tail of live) await addLive(tail);
  return packer.done();
}

/** Ids of the runs whose id or name begins with the text, newest first. */
export async function findRuns(db: Database, known: Known, text: string): Promise<string[]> {
  const names = new Map<string, { name: string; createdMs: number }>();
  const rows = await db.all<{ uuid: string; name: string; created_ms: number }>(
    "SELECT uuid, head ->> '$.name' AS name, created_ms FROM run",
  );
  for (const { uuid, name, created_ms: createdMs } of rows) names.set(uuid, { name, createdMs });
  for (const [uuid, { meta, manifest }] of known.tails) {
    names.set(uuid, { name: meta.name ?? manifest.name, createdMs: manifest.createdMs });
  }
  return [...names]
    .filter(([uuid, { name }]) => known.has(uuid) && (uuid.startsWith(text) || name.startsWith(text)))
    .sort(([a, { createdMs: createdA }], [b, { createdMs: createdB }]) => createdB - createdA || (a < b ? 1 : -1))
    .map(([uuid]) => uuid);
}

/** A table of a run: the one at `step`, else the newest that counts. */
export async function readTable(
  db: Database,
  tail: RunTail,
  name: string,
  step: number | undefined,
): Promise<TableEvent | undefined> {
  const steps = tail.fold.view().tables.filter((table) => table.name === name);
  const at = step ?? Math.max(...steps.map((table) => table.step));
  const pending = tail.tables.get(tableKey(name, at));
  if (pending || tail.rowId === undefined || !Number.isFinite(at)) return pending;
  const row = await db.get<{ event: string }>(
    "SELECT event FROM run_table WHERE run_id = ? AND name = ? AND step = ?",
    tail.rowId,
    name,
    at,
  );
  return row && (JSON.parse(row.event) as TableEvent);
}

type Age = Pick<ListRow, "created_ms" | "uuid">;

const createdOf = ({ manifest, uuid }: RunTail): Age => ({ created_ms: manifest.createdMs, uuid });

const isNewer = (a: Age, b: Age): boolean =>
  a.created_ms > b.created_ms || (a.created_ms === b.created_ms && a.uuid > b.uuid);

async function metricIds(db: Database): Promise<Map<string, number>> {
  const rows = await db.all<{ id: number; name: string }>("SELECT id, name FROM metric");
  return new Map(rows.map(({ id, name }) => [name, id]));
}
