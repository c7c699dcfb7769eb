import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** One source file and what it imports: project files as paths relative to the root, packages by name. */
export interface SourceFile {
  path: string;
  lines: number;
  files: string[];
  packages: string[];
}

const IMPORT = /^\s*(?:import|export)\s(?:[^"';]*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

/** Every TypeScript file below the given folders, with its imports (type-only and dynamic ones included). */
export function readSources(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
      .map((entry) => readSource(join(entry.parentPath, entry.name))),
  );
}

function readSource(file: string): SourceFile {
  const text = readFileSync(file, "utf8");
  const specifiers = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? "");
  const isLocal = (specifier: string) => specifier.startsWith(".");
  return {
    path: toPath(file),
    lines: text.split("\n").length - 1,
    files: specifiers.filter(isLocal).map((specifier) => toPath(resolve(dirname(file), specifier))),
    packages: specifiers.filter((specifier) => !isLocal(specifier)),
  };
}

const toPath = (file: string): string => relative(root, file).split(sep).join("/");

/** The first import cycle found, as the files on it in order, or undefined. */
export function findCycle(sources: SourceFile[]): string[] | undefined {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): string[] | undefined => {
    const at = trail.indexOf(path);
    if (at >= 0) return [...trail.slice(at), path];
    if (done.has(path)) return undefined;
    for (const next of byPath.get(path)?.files ?? []) {
      const cycle = visit(next, [...trail, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const { path } of sources) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return undefined;
}
