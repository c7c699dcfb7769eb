import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identifySelf } from "../../src/base/identity.ts";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { encodeEvent } from "../../src/journal/codec.ts";
import type { AnyEvent, RunState } from "../../src/journal/events.ts";
import { newRunId } from "../../src/runs/id.ts";
import { runFile, storePaths, STORE_FOLDER } from "../../src/runs/layout.ts";
import type { RunManifest, RunMeta } from "../../src/runs/model.ts";

/** A store folder in a temporary place; `remove` deletes it. */
export function makeStoreFolder(): { root: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-store-"));
  const root = join(folder, STORE_FOLDER);
  mkdirSync(storePaths(root).runs, { recursive: true });
  return { root, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A run folder written by hand, without any process of ours: what runner and trainer would have left. */
export class RunFolder {
  readonly id: string;
  readonly dir: string;
  timeMs: number;

  constructor(root: string, manifest: Partial<RunManifest> = {}, config: Record<string, unknown> = {}) {
    this.timeMs = manifest.createdMs ?? 1_760_000_000_000;
    this.id = manifest.id ?? newRunId(this.timeMs);
    this.dir = storePaths(root).run(this.id);
    mkdirSync(this.dir, { recursive: true });
    writeJsonAtomic(runFile(this.dir, "config"), config);
    writeJsonAtomic(runFile(this.dir, "manifest"), {
      version: 1,
      id: this.id,
      name: `run ${this.id.slice(-4)}`,
      createdMs: this.timeMs,
      parent: null,
      configFile: "/project/finetune.yaml",
      baseDir: "/project",
      project: "tests",
      slot: 1,
      tags: [],
      starter: identifySelf(),
      ...manifest,
    } satisfies RunManifest);
  }

  /** Appends lines to the trainer's journal. */
  events(...events: AnyEvent[]): this {
    return this.#append("events", events);
  }

  /** Appends lines to the runner's journal. */
  runner(...events: AnyEvent[]): this {
    return this.#append("runner", events);
  }

  /** The first line of both journals for a segment. */
  segment(segment: number, fromStep: number): this {
    const line = { t: "journal", timeMs: this.tick(), version: 1, run: this.id, segment, fromStep } as const;
    return this.events({ ...line, writer: "trainer" }).runner({ ...line, writer: "runner" });
  }

  /** One metrics line. */
  metrics(step: number, values: Record<string, number>): this {
    return this.events({ t: "metrics", timeMs: this.tick(), step, values });
  }

  state(state: RunState, cause = ""): this {
    return this.runner({ t: "state", timeMs: this.tick(), state, cause });
  }

  meta(meta: RunMeta): this {
    writeJsonAtomic(runFile(this.dir, "meta"), meta);
    return this;
  }

  /** A later time. */
  tick(ms = 10): number {
    return (this.timeMs += ms);
  }

  #append(file: "events" | "runner", events: AnyEvent[]): this {
    appendFileSync(runFile(this.dir, file), events.map((event) => `${encodeEvent(event)}\n`).join(""));
    return this;
  }
}
