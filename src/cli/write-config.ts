import { dirname, join, relative } from "node:path";
import { errnoOf, UserError } from "../base/errors.ts";
import { writeNewFile } from "../base/new-file.ts";
import { t } from "../base/l10n.ts";
import { checkAnyFile, type CheckedFile } from "../config/check-any.ts";
import { recordedRunsIn } from "../runs/recorded-peaks.ts";
import { storeRootFor } from "../runs/workspace.ts";
import type { Context } from "./context.ts";

/**
 * Writes a config that was made, under a name that is free, and checks it.
 * @param free a name beside it that can be taken instead
 * @throws UserError when the name is taken or its folder is not there
 */
export async function writeConfig(context: Context, file: string, text: string, free: string): Promise<CheckedFile> {
  try {
    writeNewFile(file, text);
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === "EEXIST") {
      const shown = relative(context.where.cwd, join(dirname(file), free));
      throw new UserError("config-exists", t("{0} exists already and is left as it is.", file), {
        file,
        advice: t("Write `--out {0}`.", shown),
        cause,
      });
    }
    if (errno !== "ENOENT" && errno !== "ENOTDIR") throw cause;
    throw new UserError("config-folder-missing", t("There is no folder {0}.", dirname(file)), { file, cause });
  }
  const history = await recordedRunsIn(storeRootFor(file, context.where));
  return checkAnyFile(file, { env: process.env, history });
}
