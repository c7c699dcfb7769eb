import { existsSync, readdirSync, statSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { sentenceOf } from "../base/errors.ts";
import { formatCount, formatFileSize } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import { storePaths } from "../runs/layout.ts";
import { isTerminal } from "../runs/model.ts";
import { openRuns } from "../runs/open.ts";
import { networkFileSystem } from "../store/network-folder.ts";
import { finding, type HealthFinding } from "./finding.ts";

/** Below these a checkpoint may not fit. */
const LOW_DISK_BYTES = 2e9;
const FULL_DISK_BYTES = 2e8;

/** Room where a store and its checkpoints lie, or will lie. */
export function diskFinding(path: string): HealthFinding {
  let folder = path;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const level = free < FULL_DISK_BYTES ? "error" : free < LOW_DISK_BYTES ? "warning" : "ok";
  const network = networkFileSystem(folder);
  const place = network ? t("{0} ({1}: SQLite is slower there)", folder, network) : folder;
  return finding("disk", level, t("Disk"), t("{0} free in {1}", formatFileSize(free), place));
}

/** Whether the store opens, and what is in it. */
export async function storeFinding(root: string): Promise<HealthFinding> {
  const title = t("Store");
  if (!existsSync(root)) return finding("store", "information", title, t("none yet; the first run makes {0}", root));
  try {
    const home = await openRuns(root);
    try {
      const runs = await home.store.list({ trashed: true });
      const live = runs.filter(({ state }) => !isTerminal(state)).length;
      const known = new Set(runs.map(({ id }) => id));
      const unread = readdirSync(home.paths.runs).filter((name) => !name.startsWith(".") && !known.has(name));
      const size = statSync(storePaths(root).database, { throwIfNoEntry: false })?.size ?? 0;
      const detail = t(
        "{0}: {1} runs, {2} live, database {3}",
        root,
        formatCount(runs.length),
        formatCount(live),
        formatFileSize(size),
      );
      if (unread.length === 0) return finding("store", "ok", title, detail);
      return finding("store", "warning", title, t("{0}; folders that are no run: {1}", detail, unread.join(", ")));
    } finally {
      await home.close();
    }
  } catch (error) {
    return finding("store", "error", title, t("{0} cannot be opened: {1}", root, sentenceOf(error)));
  }
}
