import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { openRuns, type RunsHome } from "../runs/open.ts";
import { storeRoot } from "../runs/workspace.ts";
import type { Context } from "./context.ts";

/** Opens the store the command is about, does the work, closes it. Throws `store-missing` where there is none. */
export async function withRuns<T>(context: Context, work: (home: RunsHome) => Promise<T>): Promise<T> {
  const root = storeRoot(context.where);
  if (!existsSync(root)) throw storeMissing(root);
  return withStore(root, work);
}

/** The same for a store named outright, made when it is not there. */
export async function withStore<T>(root: string, work: (home: RunsHome) => Promise<T>): Promise<T> {
  const home = await openRuns(root);
  for (const warning of home.warnings) console.error(warning);
  try {
    return await work(home);
  } finally {
    await home.close();
  }
}

const storeMissing = (root: string): UserError =>
  new UserError("store-missing", t("There are no runs in {0} or a folder above it.", dirname(root)), {
    advice: t("Start one with tuning-fork start <config>, or name another folder with --workspace."),
  });

/** A signal that the first Ctrl-C (or SIGTERM) gives while something is waited for, instead of ending the program. */
export function interruptSignal(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    release: () => void process.off("SIGINT", interrupt).off("SIGTERM", interrupt),
  };
}
