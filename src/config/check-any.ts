import { parseConfig } from "./parse.ts";
import { checkSweep, type SweepReport } from "./sweep/check-sweep.ts";
import { isSweepFile } from "./sweep/sweep.ts";
import { checkText, readConfigFile, type ValidateOptions, type ValidationReport } from "./validate.ts";

/** A config or a sweep, checked. */
export interface CheckedFile {
  report: ValidationReport | SweepReport;
  /** The file's text. */
  source: string;
}

/** Checks the text of a config, or of a sweep where the file is called one. */
export async function checkAnyText(source: string, file: string, options: ValidateOptions = {}): Promise<CheckedFile> {
  if (!isSweepFile(file)) return checkText(source, file, options);
  return { report: await checkSweep(parseConfig(source, file), options), source };
}

/** Checks a config or sweep file. @throws UserError when the file cannot be read */
export const checkAnyFile = (file: string, options: ValidateOptions = {}): Promise<CheckedFile> =>
  checkAnyText(readConfigFile(file), file, options);
