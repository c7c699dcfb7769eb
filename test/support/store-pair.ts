import { afterEach, beforeEach } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import type { RunStore } from "../../src/store/port.ts";
import { makeStoreFolder } from "./run-folder.ts";

/** A fresh store folder for each test, opened twice: `other` sees it as another process would. */
export interface StorePair {
  root: string;
  store: RunStore;
  other: RunStore;
}

/** Opens the pair before each test of the file and closes it after; its fields are those of the test that runs. */
export function storePair(): StorePair {
  const pair = {} as StorePair;
  let remove: () => void;
  beforeEach(async () => {
    const folder = makeStoreFolder();
    remove = folder.remove;
    Object.assign(pair, {
      root: folder.root,
      store: await openStore(folder.root),
      other: await openStore(folder.root),
    });
  });
  afterEach(async () => {
    await pair.store.close();
    await pair.other.close();
    remove();
  });
  return pair;
}
