import { existsSync, readdirSync, statSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeDir } from "../base/code-dir.ts";
import { sentenceOf } from "../base/errors.ts";
import { formatCount, formatFileSize, formatMemory } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import { probeGpus } from "../launch/gpus.ts";
import { networkFileSystem } from "../store/network-folder.ts";
import { probeAll } from "../trainers/tfjs/backends/probes.ts";
import { storePaths } from "./layout.ts";
import { isTerminal } from "./model.ts";
import { openRuns } from "./open.ts";

/** What was looked at and what was found. Only an `error` keeps runs from starting here. */
export interface HealthFinding {
  /** Stable kebab-case name of what was looked at (`backend-wasm`, `disk`). */
  id: string;
  level: "ok" | "information" | "warning" | "error";
  title: string;
  detail: string;
}

type Level = HealthFinding["level"];
const finding = (id: string, level: Level, title: string, detail: string): HealthFinding => ({
  id,
  level,
  title,
  detail,
});

/** Oldest Node that everything runs on. */
const OLDEST_NODE = [20, 19] as const;
/** Below these a checkpoint may not fit. */
const LOW_DISK_BYTES = 2e9;
const FULL_DISK_BYTES = 2e8;

/** Looks at all that runs need: Node, the product's own files, backends, GPUs, disk, and the store of `root`. */
export async function examine(root: string, env: NodeJS.ProcessEnv): Promise<HealthFinding[]> {
  const [backends, gpus, store] = await Promise.all([backendFindings(env), gpuFindings(env), storeFinding(root)]);
  return [nodeFinding(), codeFinding(), ...backends, ...gpus, diskFinding(root), store];
}

function nodeFinding(): HealthFinding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldest, oldestMinor] = OLDEST_NODE;
  const isOld = major < oldest || (major === oldest && minor < oldestMinor);
  const detail = t("{0} at {1}", process.versions.node, process.execPath);
  if (!isOld) return finding("node", "ok", t("Node"), detail);
  return finding("node", "error", t("Node"), t("{0}; {1} or later is needed", detail, `${oldest}.${oldestMinor}`));
}

function codeFinding(): HealthFinding {
  const missing = [
    "runner.cjs",
    "trainer-tfjs.cjs",
    "journal-thread.cjs",
    "store-worker.cjs",
    "backend-probe.cjs",
  ].filter((name) => !existsSync(join(codeDir(), name)));
  if (missing.length === 0) return finding("product", "ok", t("Product"), codeDir());
  return finding(
    "product",
    "error",
    t("Product"),
    t("{0} lacks {1}; build or install it again", codeDir(), missing.join(", ")),
  );
}

async function backendFindings(env: NodeJS.ProcessEnv): Promise<HealthFinding[]> {
  const probed = await probeAll({ env, fresh: true });
  const works = probed.some(({ result }) => result.works);
  return probed.map(({ name, result }) => {
    const [id, title] = [`backend-${name}`, t("Backend {0}", name)];
    if (!result.works) return finding(id, works ? "information" : "error", title, result.reason);
    const { device, version, threads } = result.backend;
    const detail = t("works on the {0}, version {1}", device.toUpperCase(), version);
    return finding(id, "ok", title, threads === null ? detail : t("{0}, threads: {1}", detail, threads));
  });
}

async function gpuFindings(env: NodeJS.ProcessEnv): Promise<HealthFinding[]> {
  const gpus = await probeGpus(env);
  if (gpus.length === 0)
    return [finding("gpus", "information", t("GPUs"), t("none: nvidia-smi is not there or lists none"))];
  return gpus.map(({ index, uuid, name, memoryBytes, freeBytes, driver }) => {
    const memory = t("{0} of {1} free", formatMemory(freeBytes), formatMemory(memoryBytes));
    return finding(`gpu-${index}`, "ok", t("GPU {0}", index), [name, memory, t("driver {0}", driver), uuid].join(", "));
  });
}

function diskFinding(root: string): HealthFinding {
  const folder = existsSync(root) ? root : dirname(root);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const level: Level = free < FULL_DISK_BYTES ? "error" : free < LOW_DISK_BYTES ? "warning" : "ok";
  const network = networkFileSystem(folder);
  const place = network ? t("{0} ({1}: SQLite is slower there)", folder, network) : folder;
  return finding("disk", level, t("Disk"), t("{0} free in {1}", formatFileSize(free), place));
}

async function storeFinding(root: string): Promise<HealthFinding> {
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
