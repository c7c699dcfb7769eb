import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { t } from "../../../base/l10n.ts";
import { warning, type Finding, type Path } from "../../diagnostic.ts";
import type { Check, CheckContext, ScriptContext } from "../check.ts";
import { pasted } from "./pasted.ts";

/** C54: a tracker is to send over the network, and would ask for a key that nobody is there to type. */
export const c54: Check = {
  id: "C54",
  severity: "warning",
  title: "Weights & Biases in online mode without a key",
  why: "Without a key the tracker asks for one at a terminal that a run in the background does not have; the run ends or waits for ever.",
  run: findKeyless,
  runScript: findKeyless,
};

function findKeyless(context: CheckContext | ScriptContext): Finding[] {
  const path = onlinePath(context);
  if (!path || hasKey(context)) return [];
  const message = t(
    "W&B is asked to send to {0}, but there is no key: neither WANDB_API_KEY nor an entry in .netrc. Run `wandb login` once, or record offline.",
    hostOf(context),
  );
  const set = { kind: "set", path: ["hardware", "env", "WANDB_MODE"], value: "offline" } as const;
  const isEnvironment = path.join(".") === set.path.join(".");
  const edits = isEnvironment || path[0] === "track" ? [set] : [{ kind: "set", path, value: "offline" } as const];
  return [warning("C54", path, message, { fixes: [{ title: t("Record offline"), safe: false, edits }] })];
}

/** Where the config asks for online mode: runs are recorded offline otherwise. */
function onlinePath({ config, written, env }: CheckContext | ScriptContext): Path | undefined {
  const own = config.hardware.env["WANDB_MODE"];
  if (own !== undefined) return isOnline(own) ? ["hardware", "env", "WANDB_MODE"] : undefined;
  const mode = pasted(written, "wandb_mode");
  if (mode) return isOnline(mode.value) ? mode.path : undefined;
  const index = config.track.report_to.indexOf("wandb");
  return index >= 0 && isOnline(env["WANDB_MODE"]) ? ["track", "report_to", index] : undefined;
}

const isOnline = (mode: unknown): boolean => typeof mode === "string" && /^(?:online|run)$/i.test(mode);

const variable = ({ config, env }: CheckContext | ScriptContext, name: string): string =>
  String(config.hardware.env[name] ?? env[name] ?? "");

function hostOf(context: CheckContext | ScriptContext): string {
  const url = variable(context, "WANDB_BASE_URL");
  return URL.canParse(url) ? new URL(url).hostname : "api.wandb.ai";
}

function hasKey(context: CheckContext | ScriptContext): boolean {
  if (variable(context, "WANDB_API_KEY") !== "") return true;
  const home = context.env["HOME"] ?? context.env["USERPROFILE"];
  const files = [
    variable(context, "NETRC"),
    ...(home === undefined ? [] : [join(home, ".netrc"), join(home, "_netrc")]),
  ];
  return files.some((file) => netrc(file).includes(hostOf(context)));
}

/** Machines that a netrc file knows; none when it is not there or is no small regular file. */
function netrc(file: string): string[] {
  try {
    const stats = statSync(file);
    if (!stats.isFile() || stats.size > MOST_BYTES) return [];
    return [...readFileSync(file, "utf8").matchAll(/\bmachine\s+(\S+)/g)].map(([, machine]) => machine!);
  } catch {
    return []; // not there, or not ours to read
  }
}

const MOST_BYTES = 1_000_000;
