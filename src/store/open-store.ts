import { openDirect, type DirectOptions } from "./open-direct.ts";
import type { RunStore } from "./port.ts";
import { WorkerRunStore } from "./worker-client.ts";

export interface OpenStoreOptions extends DirectOptions {
  /** Do the work in a thread of its own, for programs that must stay responsive. Costs its start-up. */
  worker?: boolean;
}

/** Opens the store of a workspace (`root`: its `.tuning-fork` folder, which must exist). */
export async function openStore(
  root: string,
  { worker = false, readOnly = false }: OpenStoreOptions = {},
): Promise<RunStore> {
  if (!worker) return openDirect(root, { readOnly });
  const store = new WorkerRunStore({ root, readOnly });
  try {
    await store.find(""); // answers, or fails, once the database is open
    return store;
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
}
