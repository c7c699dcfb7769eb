import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { codeDir } from "../../src/base/code-dir.ts";
import { sleep } from "../../src/base/clock.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { decodeLine } from "../../src/journal/codec.ts";
import type { AnyEvent, EndEvent } from "../../src/journal/events.ts";

/** A folder with data and run folders, removed by `dispose`. */
export class TrainerBench {
  readonly dir = mkdtempSync(join(tmpdir(), "tuning-fork-trainer-"));

  dispose(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  write(name: string, content: string): string {
    const path = join(this.dir, name);
    writeFileSync(path, content);
    return path;
  }

  /** A run folder with the resolved config of these settings (dotted keys) over a small, fast base. */
  run(id: string, settings: Record<string, unknown> = {}): TrainerRun {
    const overrides = Object.entries({ ...BASE, ...settings }).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const { config, diagnostics } = resolveConfig({ version: 1, task: "text-classification" }, { overrides });
    if (!config) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
    const dir = join(this.dir, id);
    mkdirSync(dir);
    writeFileSync(join(dir, "config.json"), JSON.stringify(config));
    writeFileSync(join(dir, "run.json"), JSON.stringify({ version: 1, id, baseDir: this.dir }));
    return new TrainerRun(id, dir);
  }
}

/** 48 short texts of two topics; the topics' words are told apart within a few epochs. */
export function toyRows(rows = 48, seed = 1): string {
  const random = createRandom(seed);
  const pick = (words: string): string => words.split(" ")[random.int(words.split(" ").length)]!;
  const lines = Array.from({ length: rows }, (_, row) => {
    const own = row % 2 === 0 ? "patch kernel build linux list" : "free offer win cash click";
    const words = Array.from({ length: 4 + random.int(12) }, () =>
      random.next() < 0.5 ? pick(own) : pick("the a on is it we this that meeting monday"),
    );
    return `"${words.join(" ")}",${row % 2 === 0 ? "ham" : "spam"}`;
  });
  return `text,label\n${lines.join("\n")}\n`;
}

const BASE = {
  "model.framework": "tfjs",
  "model.name_or_path": "builtin:tiny",
  "data.train": "toy.csv",
  "data.eval_fraction": 0.25,
  "data.max_length": 32,
  "train.num_train_epochs": 3,
  "train.per_device_train_batch_size": 4,
  "train.learning_rate": 0.003,
  "hardware.backend": "wasm",
};

export interface TrainerResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface SegmentOptions {
  segment?: number;
  resumeFrom?: string;
  fromStep?: number;
  /** Shell limits before the trainer starts (`ulimit -f 100`). */
  limits?: string;
  /** Called again and again while it runs; return true when there is nothing more to do. */
  during?: (run: TrainerRun, child: ChildProcess) => boolean;
}

/** One run folder and the trainer processes on it. */
export class TrainerRun {
  readonly id: string;
  readonly dir: string;

  constructor(id: string, dir: string) {
    this.id = id;
    this.dir = dir;
  }

  get events(): AnyEvent[] {
    const path = join(this.dir, "events.jsonl");
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.slice(0, -1).flatMap((line) => decodeLine(line) ?? []);
  }

  all<T extends AnyEvent["t"]>(kind: T): Extract<AnyEvent, { t: T }>[] {
    return this.events.filter((event): event is Extract<AnyEvent, { t: T }> => event.t === kind);
  }

  get end(): EndEvent | undefined {
    return this.all("end").at(-1);
  }

  /** `step → value` of a metric over the whole journal; a later segment's points replace earlier ones. */
  series(name: string): Map<number, number> {
    const points = this.all("metrics").flatMap(({ step, values }) =>
      name in values ? [[step, values[name]!] as const] : [],
    );
    return new Map(points);
  }

  checkpoint(step: number): string {
    return join(this.dir, "checkpoints", `step-${step}`);
  }

  /** Runs the real trainer process to its end. */
  async train(options: SegmentOptions = {}): Promise<TrainerResult> {
    const { segment = 1, resumeFrom, fromStep = 0, limits, during } = options;
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      TUNING_FORK_RUN_ID: this.id,
      TUNING_FORK_RUN_DIR: this.dir,
      TUNING_FORK_EVENTS: join(this.dir, "events.jsonl"),
      TUNING_FORK_SEGMENT: String(segment),
      TUNING_FORK_FROM_STEP: String(fromStep),
      ...(resumeFrom === undefined ? {} : { TUNING_FORK_RESUME_FROM: resumeFrom }),
    };
    const bundle = join(codeDir(), "trainer-tfjs.cjs");
    const child = limits
      ? spawn("bash", ["-c", `${limits}; exec "$0" "$1"`, process.execPath, bundle], { env })
      : spawn(process.execPath, [bundle], { env });
    const result: TrainerResult = { code: null, signal: null, stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (result.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (result.stderr += chunk.toString()));
    const closed = new Promise<void>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        Object.assign(result, { code, signal });
        resolve();
      });
    });
    let watching = during !== undefined;
    void closed.finally(() => (watching = false));
    while (watching) {
      if (during!(this, child)) break;
      await sleep(5);
    }
    await closed;
    return result;
  }

  /** Goes on from one of this run's checkpoints. */
  resume(step: number, segment: number, options: SegmentOptions = {}): Promise<TrainerResult> {
    return this.train({ ...options, segment, fromStep: step, resumeFrom: this.checkpoint(step) });
  }

  requestStop(): void {
    writeFileSync(join(this.dir, "stop-requested"), "{}");
  }

  withdrawStop(): void {
    rmSync(join(this.dir, "stop-requested"));
  }
}
