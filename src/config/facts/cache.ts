import { statSync } from "node:fs";
import { dataFiles } from "../../data/locations.ts";
import type { ResolvedConfig } from "../types.ts";
import type { DataFacts, Known } from "./facts.ts";

/** Data that is remembered at once: a few configs open in an editor. */
const KEPT = 8;

/**
 * What was read of data files, so that an editor reads them again only when they, or the parts of a config that say how they are
 * read, have changed. The least recently used go first.
 */
export class FactCache {
  private readonly known = new Map<string, Known<DataFacts>>();

  get(key: string): Known<DataFacts> | undefined {
    const facts = this.known.get(key);
    if (facts) {
      this.known.delete(key);
      this.known.set(key, facts);
    }
    return facts;
  }

  set(key: string, facts: Known<DataFacts>): void {
    this.known.delete(key);
    this.known.set(key, facts);
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT && oldest !== undefined) this.known.delete(oldest);
  }
}

/**
 * What the facts about a config's data depend on: the settings that say how it is read, and path, size and time of every file.
 * Throws the `UserError` of files that are not there.
 */
export function dataKey(config: ResolvedConfig, baseDir: string): string {
  const { train, eval: evaluation, eval_fraction, format, columns, labels } = config.data;
  const files = [train, evaluation]
    .filter((spec) => spec !== null)
    .flatMap((spec) => dataFiles(spec, baseDir))
    .map((path) => {
      const { size, mtimeMs, ino } = statSync(path);
      return [path, size, mtimeMs, ino];
    });
  const settings = [config.task, train, evaluation, eval_fraction, format, columns, labels, config.run.seed];
  return JSON.stringify([baseDir, settings, files]);
}
