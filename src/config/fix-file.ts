import { readFileSync, realpathSync, statSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import { checkAnyText, type CheckedFile } from "./check-any.ts";
import { applyTextEdits } from "./edit/draft.ts";
import { safeFixes } from "./edit/safe-fixes.ts";
import { parseConfig } from "./parse.ts";
import { readConfigFile, type ValidateOptions } from "./validate.ts";

/** Fixes that wait for others of the same key come in a later round. */
const MOST_ROUNDS = 10;

const MARK = "\uFEFF";

/** A file after its safe fixes were made. */
export interface FixedFile extends CheckedFile {
  /** What was done, in order: titles of the fixes, with the line they were made at. */
  made: { id: string; line: number | null; title: string }[];
}

/**
 * Makes every safe fix of a config or sweep file, until none is left, and checks what comes of it. The file is replaced
 * atomically and only where something changes: its mode and every byte outside the fixes stay.
 * @throws UserError when the file cannot be read, is not UTF-8 text, or was changed by somebody else meanwhile
 */
export async function fixFile(file: string, options: ValidateOptions = {}): Promise<FixedFile> {
  const before = readConfigFile(file);
  const made: FixedFile["made"] = [];
  let text = before;
  let checked = await checkAnyText(text, file, options);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const parsed = parseConfig(text, file);
    const fixes = safeFixes(parsed, checked.report.diagnostics);
    if (fixes.edits.length === 0) break;
    made.push(...fixes.made.map(({ diagnostic: { id, line }, fix }) => ({ id, line, title: fix.title })));
    text = (text.startsWith(MARK) ? MARK : "") + applyTextEdits(parsed.source, fixes.edits);
    checked = await checkAnyText(text, file, options);
  }
  if (text !== before) replace(file, before, text);
  return { ...checked, made };
}

function replace(file: string, before: string, text: string): void {
  const path = realpathSync(file);
  const bytes = readFileSync(path);
  const now = bytes.toString("utf8");
  if (now !== before) {
    throw new UserError("config-changed", t("{0} was changed while it was being checked. Nothing was written.", file), {
      file,
    });
  }
  if (!Buffer.from(now).equals(bytes)) {
    throw new UserError("config-not-text", t("{0} is not UTF-8 text. Nothing was written.", file), { file });
  }
  writeFileAtomic(path, text, { mode: statSync(path).mode });
}
