import { existsSync } from "node:fs";
import { join } from "node:path";
import { codeDir } from "../base/code-dir.ts";
import { t } from "../base/l10n.ts";
import { findNativePackage } from "../trainers/tfjs/backends/native-package.ts";
import { probeAll } from "../trainers/tfjs/backends/probes.ts";
import { finding, type HealthFinding } from "./finding.ts";

/** Oldest Node that everything runs on. */
const OLDEST_NODE = [20, 19] as const;

const BUNDLES = [
  "runner.cjs",
  "trainer-tfjs.cjs",
  "journal-thread.cjs",
  "store-worker.cjs",
  "language-server.cjs",
  "backend-probe.cjs",
];

/** Node, and the product's own files. */
export const productFindings = (): HealthFinding[] => [nodeFinding(), codeFinding()];

function nodeFinding(): HealthFinding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldest, oldestMinor] = OLDEST_NODE;
  const isOld = major < oldest || (major === oldest && minor < oldestMinor);
  const detail = t("{0} at {1}", process.versions.node, process.execPath);
  if (!isOld) return finding("node", "ok", t("Node"), detail);
  return finding("node", "error", t("Node"), t("{0}; {1} or later is needed", detail, `${oldest}.${oldestMinor}`));
}

function codeFinding(): HealthFinding {
  const missing = BUNDLES.filter((name) => !existsSync(join(codeDir(), name)));
  if (missing.length === 0) return finding("product", "ok", t("Product"), codeDir());
  const detail = t("{0} lacks {1}; build or install it again", codeDir(), missing.join(", "));
  return finding("product", "error", t("Product"), detail);
}

/** The embedded trainer's backends, the native runtime among them; one that works is enough. */
export async function backendFindings(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<HealthFinding[]> {
  const probed = await probeAll({ env, fresh: true, ...(signal ? { signal } : {}) });
  const works = probed.some(({ result }) => result.works);
  return probed.map(({ name, result }) => {
    const [id, title] = [`backend-${name}`, t("Backend {0}", name)];
    const isAbsent = name === "tensorflow" && findNativePackage(env) === undefined;
    const command = isAbsent ? null : `${process.execPath} ${join(codeDir(), "backend-probe.cjs")} ${name}`;
    if (!result.works) {
      const fix = name === "tensorflow" ? "tuning-fork install-runtime" : null;
      const answer = isAbsent ? null : result.reason;
      return finding(id, works ? "information" : "error", title, result.reason, { command, answer, fix });
    }
    const { device, version, threads } = result.backend;
    const detail = t("works on the {0}, version {1}", device.toUpperCase(), version);
    const told = threads === null ? detail : t("{0}, threads: {1}", detail, threads);
    return finding(id, "ok", title, told, { command, answer: JSON.stringify(result.backend) });
  });
}
