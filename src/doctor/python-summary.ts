import { resolve } from "node:path";
import { SharedWork } from "../base/shared-work.ts";
import { t } from "../base/l10n.ts";
import {
  installedVersion,
  isMet,
  KNOWN_PACKAGES,
  requirementsOf,
  specifierOf,
} from "../config/facts/machine/requirements.ts";
import { parseConfig } from "../config/parse.ts";
import { resolveConfig } from "../config/resolve.ts";
import { findPython, TRUST_VARIABLE } from "../launch/python/find.ts";
import { probePackages, type Probed, type PythonDescription } from "../launch/python/probe.ts";

/** The interpreter of a config in a few words. */
export interface PythonSummary {
  level: "ok" | "warning" | "error";
  /** Interpreter and framework with their versions, or what is wrong. */
  text: string;
  /** Where it lies and why it is this one. */
  detail: string;
}

const TIMEOUT_MS = 20_000;
/** What is installed changes by hand, and the item is looked at again and again. */
const KEEP_MS = 30_000;
const answers = new SharedWork<Probed<PythonDescription>>(KEEP_MS);

/**
 * Which interpreter the config of this text would train with; undefined where none is needed. Runs that interpreter, but only
 * in a folder that is trusted.
 */
export async function pythonSummary(
  source: string,
  baseDir: string,
  env: NodeJS.ProcessEnv,
): Promise<PythonSummary | undefined> {
  const config = resolveConfig(parseConfig(source, resolve(baseDir, "finetune.yaml")).value ?? {}).healthy;
  const needed = config ? requirementsOf(config) : [];
  if (!config || needed.length === 0) return undefined;
  if (env[TRUST_VARIABLE] === "0") {
    return { level: "ok", text: t("Python: not looked at"), detail: t("this folder is not trusted") };
  }
  const choice = findPython({ configured: config.hardware.python, baseDir, env });
  if (choice.path === undefined) return { level: "error", text: t("no Python"), detail: choice.problem };
  const detail = t("{0}, from {1}", choice.path, choice.chosenBy);
  const { value, reason } = await answers.get(choice.path, (signal) =>
    probePackages(choice.path, KNOWN_PACKAGES, { env, timeoutMs: TIMEOUT_MS, signal }),
  );
  if (!value) return { level: "error", text: t("Python {0}", reason), detail };
  const wrong = needed.filter((one) => {
    const version = installedVersion(one, value.packages);
    return version === undefined || !isMet(one, version);
  });
  const [main] = needed;
  const framework = main && installedVersion(main, value.packages);
  const text = [t("Python {0}", value.version), ...(framework ? [`${main.name} ${framework}`] : [])].join(", ");
  if (wrong.length === 0) return { level: "ok", text, detail };
  return { level: "warning", text: t("{0}; lacks {1}", text, wrong.map(specifierOf).join(", ")), detail };
}
