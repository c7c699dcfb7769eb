import { dirname, resolve } from "node:path";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { parseConfig } from "../config/parse.ts";
import { resolveConfig } from "../config/resolve.ts";
import { readConfigFile } from "../config/validate.ts";
import type { Examination } from "./examine.ts";

/** The config the doctor is asked for; its wrong parts have their defaults. Throws a `UserError` when there is nothing to go by. */
export function configToExamine(path: string): NonNullable<Examination["config"]> {
  const file = resolve(path);
  const resolved = resolveConfig(parseConfig(readConfigFile(file), file).value ?? {}).healthy;
  if (resolved) return { resolved, baseDir: dirname(file), file };
  throw new UserError("config-task-unknown", t("{0} does not say which task it is for.", file), {
    advice: t("Run `tuning-fork validate {0}`.", path),
    file,
  });
}
