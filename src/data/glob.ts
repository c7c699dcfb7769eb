import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { shownPath } from "./complaint.ts";

/** Folder entries a pattern may look at, and patterns its braces may stand for: beyond them it names far more than was meant. */
const MOST_ENTRIES = 100_000;
const MOST_PATTERNS = 1000;

/** Whether a path has glob characters: `*`, `?`, `[…]`, `{a,b}`. */
export const isGlob = (path: string): boolean => /[*?[\]{}]/.test(path);

/**
 * Files (or files and folders) that match an absolute glob, sorted by path. `*` and `?` stay within a folder, `**` spans folders; entries that
 * start with a dot are matched only by a dot that is written. Folders that cannot be read count as empty.
 * A pattern that would look through a whole disk is a `UserError`.
 */
export function glob(pattern: string, { folders = false } = {}): string[] {
  const budget = { entries: MOST_ENTRIES, patterns: MOST_PATTERNS, folders };
  try {
    const segments = expandBraces(pattern.replaceAll("\\", "/"), budget).map((one) => one.split("/"));
    const found = new Set(
      segments.flatMap(([root = "", ...rest]) => walk(root === "" ? sep : `${root}${sep}`, rest, budget)),
    );
    return [...found].sort();
  } catch (problem) {
    if (!(problem instanceof TooMany)) throw problem;
    throw new UserError(
      "data-glob-large",
      t("The pattern {0} looks through more than {1}.", shownPath(pattern), problem.message),
      { file: pattern, advice: t("Name the folder the data lies in.") },
    );
  }
}

class TooMany extends Error {}

interface Budget {
  entries: number;
  patterns: number;
  /** Whether folders are found as well. */
  readonly folders: boolean;
}

function walk(folder: string, [segment, ...rest]: string[], budget: Budget): string[] {
  if (segment === undefined) return [];
  if (segment === "**") {
    const below = entries(folder, budget).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
    return [
      ...walk(folder, rest, budget),
      ...below.flatMap((entry) => walk(join(folder, entry.name), [segment, ...rest], budget)),
    ];
  }
  if (!isGlob(segment) && rest.length > 0) return walk(join(folder, segment), rest, budget);
  const matches = segmentPattern(segment);
  return entries(folder, budget).flatMap((entry) => {
    if (!matches.test(entry.name) || (entry.name.startsWith(".") && !segment.startsWith("."))) return [];
    const path = join(folder, entry.name);
    if (rest.length > 0) return walk(path, rest, budget);
    return entry.isDirectory() && !budget.folders ? [] : [path];
  });
}

function entries(folder: string, budget: Budget) {
  let found;
  try {
    found = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  budget.entries -= found.length;
  if (budget.entries < 0) throw new TooMany(t("{0} files and folders", MOST_ENTRIES));
  return found;
}

/** `{a,b}` written out; braces may stand in braces. */
function expandBraces(pattern: string, budget: Budget): string[] {
  const inner = /^(.*)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (!inner) {
    if (--budget.patterns < 0) throw new TooMany(t("{0} patterns", MOST_PATTERNS));
    return [pattern];
  }
  const [, before = "", choices = "", after = ""] = inner;
  return choices.split(",").flatMap((choice) => expandBraces(before + choice + after, budget));
}

const NOTHING = /(?!)/;

function segmentPattern(segment: string): RegExp {
  // Neighbouring stars say no more than one, and would be tried against each other without end.
  const source = segment
    .replaceAll(/\*+/g, "*")
    .replaceAll(/\[(!?)([^\]]*)\]|[*?]|[^*?[]+|\[/g, (token: string, not: string, set?: string) => {
      if (set !== undefined) return `[${not ? "^" : ""}${set.replaceAll(/[\\^]/g, "\\$&")}]`;
      if (token === "*") return ".*";
      return token === "?" ? "." : token.replaceAll(/[.+^$()|{}\]\\[]/g, "\\$&");
    });
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    // A range that runs backwards names no character.
    return NOTHING;
  }
}
