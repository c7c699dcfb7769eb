import { statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { homedir } from "node:os";
import { baseFileOf } from "../config/assist/document.ts";
import type { AssistDocument } from "../config/assist/types.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../config/types.ts";
import { WATCH_MS } from "./limits.ts";

/** Most paths of one document that are looked at. */
const MOST_PATHS = 50;

/**
 * Looks, while documents are open, whether files their configs name changed on disk. It looks at times and sizes instead of
 * being told, for that is the same on every system, on network drives too, and for files that are not there yet.
 */
export class FileWatch {
  readonly #seen = new Map<string, { paths: readonly string[]; marks: string }>();
  readonly #changed: (uri: string) => void;
  #timer: NodeJS.Timeout | undefined;

  /** `changed` is called with the document whose files changed. */
  constructor(changed: (uri: string) => void) {
    this.#changed = changed;
  }

  /** Looks at these files of a document from now on, instead of earlier ones. */
  watch(uri: string, paths: readonly string[]): void {
    const looked = paths.slice(0, MOST_PATHS);
    this.#seen.set(uri, { paths: looked, marks: marksOf(looked) });
    this.#timer ??= setInterval(() => this.#look(), WATCH_MS).unref();
  }

  forget(uri: string): void {
    this.#seen.delete(uri);
    if (this.#seen.size === 0) this.dispose();
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#seen.clear();
  }

  #look(): void {
    for (const [uri, { paths, marks }] of this.#seen) {
      const now = marksOf(paths);
      if (now === marks) continue;
      this.#seen.set(uri, { paths, marks: now });
      this.#changed(uri);
    }
  }
}

const marksOf = (paths: readonly string[]): string => paths.map(markOf).join("\n");

function markOf(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats ? `${stats.size} ${stats.mtimeMs} ${stats.ino}` : "-";
  } catch {
    return "?"; // A loop of links, or no permission: what the check says of it stays the same.
  }
}

/**
 * The files and folders a document is about: of a sweep its base and what that names; of a glob its fixed part; of a model that
 * is a folder its `config.json`; of a script the script.
 */
export function pathsOf({ kind, parsed, config, baseDir }: AssistDocument): string[] {
  const base = kind === "sweep" ? baseFileOf(parsed) : undefined;
  return [...(base === undefined ? [] : [base]), ...(config ? namedIn(config, baseDir) : [])];
}

function namedIn(config: AnyResolvedConfig, baseDir: string): string[] {
  if (isScriptConfig(config)) return config.script.entry === null ? [] : [absolute(config.script.entry, baseDir)];
  const { data, model } = config;
  const named = [data.train, data.eval ?? []].flat().map((text) => text.replace(/[/\\]?[^/\\]*[*?{[].*$/, ""));
  const name = model.name_or_path;
  const folders = /^(?:\.{1,2}\/|\/|~)/.test(name) ? [join(name, "config.json")] : [];
  return [...named, ...folders].map((path) => absolute(path, baseDir));
}

function absolute(path: string, baseDir: string): string {
  if (path.startsWith("~")) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(baseDir, path);
}
