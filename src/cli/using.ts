import { t } from "../base/l10n.ts";
import type { UseOptions } from "../runs/using/use.ts";
import { progressText } from "../runs/using/words.ts";
import type { Context } from "./context.ts";
import { interruptSignal } from "./session.ts";
import { StatusLine } from "./status-line.ts";

/**
 * Does something with a checkpoint while stderr shows how far it is. The first Ctrl-C ends it; undefined then.
 *
 * @param root the store's folder
 */
export async function withCheckpoint<T>(
  context: Context,
  root: string,
  work: (use: UseOptions) => Promise<T>,
): Promise<T | undefined> {
  const { signal, release } = interruptSignal();
  const status = new StatusLine(context.err);
  try {
    return await work({
      root,
      by: context.by,
      env: process.env,
      signal,
      onProgress: (progress) => void (context.json || status.show(progressText(progress), Date.now())),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    status.log(t("Cancelled; nothing is left of it."));
    return undefined;
  } finally {
    status.clear();
    release();
  }
}
