import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { errnoOf } from "../../base/errors.ts";
import { readJson } from "../../base/files.ts";
import { jsonNumber } from "../../messages/envelope.ts";
import type { PageEvaluation } from "../../messages/run-view.ts";
import { runFile } from "../../runs/layout.ts";

/** What is shown of an `EvaluationRecord`: its tables may be large. */
const record = v.object({
  version: v.literal(1),
  step: v.number(),
  timeMs: v.number(),
  files: v.array(v.object({ path: v.string() })),
  rows: v.number(),
  judgedRows: v.number(),
  metrics: v.record(v.string(), jsonNumber),
});

/** Reads what checkpoints of a run reached on other files. Each record is read once, for it is written whole and never changes. */
export class EvaluationReader {
  readonly #folder: string;
  /** By name; undefined for what is no record. */
  readonly #known = new Map<string, PageEvaluation | undefined>();

  constructor(runDir: string) {
    this.#folder = runFile(runDir, "evaluations");
  }

  /** Newest first. A file that another version or a hand has written, and that is no record, is left out. */
  async read(): Promise<PageEvaluation[]> {
    const names = await this.#names();
    for (const name of names) if (!this.#known.has(name)) this.#known.set(name, this.#readOne(name));
    return names
      .map((name) => this.#known.get(name))
      .filter((one) => one !== undefined)
      .toSorted((a, b) => b.timeMs - a.timeMs);
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => name.endsWith(".json"));
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    }
  }

  #readOne(name: string): PageEvaluation | undefined {
    const read = v.safeParse(record, readJson(join(this.#folder, name)));
    if (!read.success) return undefined;
    const { step, timeMs, files, rows, judgedRows, metrics } = read.output;
    return { step, timeMs, files: files.map(({ path }) => path), rows, judgedRows, metrics };
  }
}
