import { readdirSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative } from "node:path";
import { sentenceOf } from "../../base/errors.ts";
import { glob } from "../../data/glob.ts";
import type { NewEvent } from "../../journal/writer.ts";

/** What lies at a path at one moment. */
interface Look {
  files: number;
  bytes: number;
  /** When anything of it last changed its content or its place, epoch milliseconds. */
  changedMs: number;
}

export interface WatchedCheckpoints {
  runDir: string;
  /** Absolute glob of files or folders. */
  pattern: string;
  /** What is older was there before the segment began. */
  sinceMs: number;
  /** Checkpoints on record already (path as in the journal), and when they were recorded. */
  told: ReadonlyMap<string, number>;
  write: (event: NewEvent) => void;
  /** The step the script is at, for a checkpoint whose name has no number. */
  currentStep: () => number;
}

/**
 * Finds the checkpoints of a script that does not tell of them: what appears under a pattern is one when two looks in a
 * row see no change in it. One that is written anew is recorded anew, one that vanishes is recorded as removed.
 */
export class CheckpointWatch {
  readonly #watched: WatchedCheckpoints;
  /** By absolute path: when it had changed last, as far as that is on record. */
  readonly #told: Map<string, { changedMs: number; step: number }>;
  #before = new Map<string, Look>();
  #failed = false;

  constructor(watched: WatchedCheckpoints) {
    this.#watched = watched;
    const told = [...watched.told].map(([path, changedMs]): [string, { changedMs: number; step: number }] => [
      isAbsolute(path) ? path : join(watched.runDir, path),
      { changedMs, step: this.#stepOf(path) },
    ]);
    this.#told = new Map(told);
  }

  /** @param isOver nobody writes any more: what is there is whole. */
  look(isOver = false): void {
    const seen = this.#failed ? new Map<string, Look>() : this.#seen();
    if (this.#failed) return;
    for (const [path, now] of seen) {
      const isNew =
        now.bytes > 0 && now.changedMs > Math.max(this.#watched.sinceMs, this.#told.get(path)?.changedMs ?? 0);
      if (isNew && (isOver || isSame(now, this.#before.get(path)))) this.#record(path, now);
    }
    for (const [path, { step }] of this.#told) {
      if (statSync(path, { throwIfNoEntry: false })) continue;
      this.#told.delete(path);
      this.#watched.write({ t: "checkpoint-removed", step, path: this.#shown(path) });
    }
    this.#before = seen;
  }

  #seen(): Map<string, Look> {
    try {
      return new Map(glob(this.#watched.pattern, { folders: true }).map((path) => [path, lookAt(path)]));
    } catch (error) {
      this.#failed = true;
      const message = `Checkpoints are not looked for any more: ${sentenceOf(error)}`;
      this.#watched.write({ t: "alert", level: "warning", code: "checkpoint-pattern", message, step: null });
      return new Map();
    }
  }

  #record(path: string, { bytes, changedMs }: Look): void {
    const step = this.#stepOf(path);
    this.#told.set(path, { changedMs, step });
    this.#watched.write({ t: "checkpoint", step, path: this.#shown(path), bytes, metrics: {}, best: false });
  }

  #shown(path: string): string {
    const inside = relative(this.#watched.runDir, path);
    return inside.startsWith("..") || isAbsolute(inside) ? path : inside.replaceAll("\\", "/");
  }

  /** The last number of its name: 1200 of `checkpoint-1200` and of `epoch=3-step=1200.ckpt`. */
  #stepOf(path: string): number {
    const digits = /(\d+)\D*$/.exec(basename(path).replace(/\.[a-z]\w*$/i, ""))?.[1];
    const step = Number(digits);
    return digits !== undefined && Number.isSafeInteger(step) ? step : this.#watched.currentStep();
  }
}

const isSame = (now: Look, before: Look | undefined): boolean =>
  before !== undefined &&
  now.files === before.files &&
  now.bytes === before.bytes &&
  now.changedMs === before.changedMs;

/** Of a folder, all files in it. What vanishes meanwhile counts nothing. */
function lookAt(path: string): Look {
  const own = statSync(path, { throwIfNoEntry: false });
  if (!own?.isDirectory()) return { files: 1, bytes: own?.size ?? 0, changedMs: own?.ctimeMs ?? 0 };
  const look: Look = { files: 0, bytes: 0, changedMs: own.ctimeMs };
  for (const entry of entriesOf(path)) {
    const stats = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (!stats) continue;
    look.changedMs = Math.max(look.changedMs, stats.ctimeMs);
    if (!stats.isFile()) continue;
    look.files++;
    look.bytes += stats.size;
  }
  return look;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch {
    return []; // gone since
  }
}
