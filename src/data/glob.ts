import { readdirSync } from "node:fs";
import { join, sep } from "node:path";

/** Whether a path has glob characters: `*`, `?`, `[…]`, `{a,b}`. */
export const isGlob = (path: string): boolean => /[*?[\]{}]/.test(path);

/**
 * Files that match an absolute glob, sorted by path. `*` and `?` stay within a folder, `**` spans folders; entries that
 * start with a dot are matched only by a dot that is written. Folders that cannot be read count as empty.
 */
export function glob(pattern: string): string[] {
  const segments = expandBraces(pattern.replaceAll("\\", "/")).map((one) => one.split("/"));
  const found = new Set(segments.flatMap(([root = "", ...rest]) => walk(root === "" ? sep : `${root}${sep}`, rest)));
  return [...found].sort();
}

function walk(folder: string, [segment, ...rest]: string[]): string[] {
  if (segment === undefined) return [];
  if (segment === "**") {
    const below = entries(folder).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
    return [...walk(folder, rest), ...below.flatMap((entry) => walk(join(folder, entry.name), [segment, ...rest]))];
  }
  if (!isGlob(segment) && rest.length > 0) return walk(join(folder, segment), rest);
  const matches = segmentPattern(segment);
  return entries(folder).flatMap((entry) => {
    if (!matches.test(entry.name) || (entry.name.startsWith(".") && !segment.startsWith("."))) return [];
    const path = join(folder, entry.name);
    if (rest.length > 0) return walk(path, rest);
    return entry.isDirectory() ? [] : [path];
  });
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** `{a,b}` written out; braces may stand in braces. */
function expandBraces(pattern: string): string[] {
  const inner = /^(.*)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (!inner) return [pattern];
  const [, before = "", choices = "", after = ""] = inner;
  return choices.split(",").flatMap((choice) => expandBraces(before + choice + after));
}

function segmentPattern(segment: string): RegExp {
  const source = segment.replaceAll(/\[(!?)([^\]]*)\]|[*?]|[^*?[]+|\[/g, (token: string, not: string, set?: string) => {
    if (set !== undefined) return `[${not ? "^" : ""}${set.replaceAll(/[\\^]/g, "\\$&")}]`;
    if (token === "*") return ".*";
    return token === "?" ? "." : token.replaceAll(/[.+^$()|{}\]\\[]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "su");
}
