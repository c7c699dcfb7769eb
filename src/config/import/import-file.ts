import { statSync } from "node:fs";
import { UserError } from "../../base/errors.ts";
import { formatFileSize } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { readConfigFile } from "../validate.ts";
import { importConfig, type ImportedConfig } from "./import-config.ts";

/** A config of any tool has a few kilobytes. */
const MOST_BYTES = 1_000_000;

/**
 * Makes a config from a file of another tool.
 * @throws UserError when it cannot be read, is far too large for a config, or is of no tool that is known
 */
export function importFile(file: string): ImportedConfig {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > MOST_BYTES) {
    throw new UserError("import-large", t("{0} has {1}, too much for a config.", file, formatFileSize(bytes)), {
      file,
      advice: t("Is it a data file?"),
    });
  }
  return importConfig(readConfigFile(file), file);
}
