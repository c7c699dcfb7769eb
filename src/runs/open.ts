import { LocalLauncher } from "../launch/local.ts";
import type { Launcher } from "../launch/port.ts";
import { openStore, type OpenStoreOptions } from "../store/open-store.ts";
import type { RunStore } from "../store/port.ts";
import { judgedStore } from "./judged-store.ts";
import { storePaths, type StorePaths } from "./layout.ts";
import { reconcile } from "./reconcile.ts";
import { makeStore } from "./workspace.ts";

/** A store that is open, with what acts on its runs: what every use case works on. */
export interface RunsHome {
  readonly paths: StorePaths;
  readonly store: RunStore;
  readonly launcher: Launcher;
  /** Runs that need care and could not get it at the last reconcile, a sentence each. */
  readonly warnings: string[];
  /** Makes the recorded states true: gives live trainers a runner again, records the ends nobody saw. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a store that is only looked at: nothing is put right in it, for that may start a process. Its folder must be there.
 *
 * @param readOnly also ingest nothing; leave out where this process may fill the index.
 */
export async function openRunsToRead(root: string, options: OpenStoreOptions = {}): Promise<RunsHome> {
  const store = judgedStore(await openStore(root, options), root);
  await store.sync();
  return {
    paths: storePaths(root),
    store,
    launcher: new LocalLauncher(),
    warnings: [],
    reconcile: async () => {},
    close: () => store.close(),
  };
}

/**
 * Opens a store (making its folder when it is not there), reads what its journals gained, and makes the states true, so that
 * no dead run ever shows as running.
 *
 * @param worker do the store's work in a thread of its own, for programs that must stay responsive.
 */
export async function openRuns(root: string, { worker = false }: { worker?: boolean } = {}): Promise<RunsHome> {
  makeStore(root);
  const store = judgedStore(await openStore(root, { worker }), root);
  const launcher = new LocalLauncher();
  const home: RunsHome = {
    paths: storePaths(root),
    store,
    launcher,
    warnings: [],
    async reconcile() {
      await store.sync();
      const { adopted, finalised, failed } = await reconcile(root, launcher, { open: await store.open() });
      home.warnings.splice(
        0,
        Infinity,
        ...failed.map(({ run, reason }) => `Run ${run} could not be put right: ${reason}`),
      );
      if (adopted.length + finalised.length > 0) await store.sync();
    },
    close: () => store.close(),
  };
  try {
    await home.reconcile();
    return home;
  } catch (error) {
    await store.close();
    throw error;
  }
}
