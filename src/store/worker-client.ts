import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { codeDir } from "../base/code-dir.ts";
import { UserError } from "../base/errors.ts";
import { displayLanguage, displayTexts, t } from "../base/l10n.ts";
import type { TableEvent } from "../journal/events.ts";
import type { RunListItem, RunRecord } from "../runs/model.ts";
import { type PackedList, unpackList } from "./packed-list.ts";
import type { Buckets, ListQuery, Points, RunStore, SeriesQuery, StepTimes, StoreChange } from "./port.ts";
import { type Call, type Reply, type Request, unpackError, type WorkerSettings, type WorkerStart } from "./protocol.ts";

/** A read that takes longer has hung; a sync of a large backlog or a rebuild may take as long as it makes progress. */
const READ_TIMEOUT_MS = 60_000;
const WORK_TIMEOUT_MS = 600_000;

export interface WorkerOptions {
  /** The thread's bundle; by default the one beside the running code. */
  file?: string;
  readTimeoutMs?: number;
  workTimeoutMs?: number;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  progress: ((done: number, total: number) => void) | undefined;
  restart(): void;
  timer: NodeJS.Timeout;
}

/**
 * A `RunStore` whose work is done by a worker thread, so that no query ever holds up this thread.
 * Every call ends: with its answer, with the store's error, after a timeout, or when the thread dies.
 */
export class WorkerRunStore implements RunStore {
  readonly #worker: Worker;
  readonly #readTimeoutMs: number;
  readonly #workTimeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  #serial = 0;
  #ended: Error | undefined;

  constructor(settings: WorkerSettings, { file, readTimeoutMs, workTimeoutMs }: WorkerOptions = {}) {
    this.#readTimeoutMs = readTimeoutMs ?? READ_TIMEOUT_MS;
    this.#workTimeoutMs = workTimeoutMs ?? WORK_TIMEOUT_MS;
    const workerData: WorkerStart = { ...settings, language: displayLanguage(), texts: displayTexts() };
    this.#worker = new Worker(file ?? join(codeDir(), "store-worker.cjs"), { workerData });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => this.#receive(reply));
    this.#worker.on("error", (error) => this.#end(t("The run store's thread failed: {0}.", error.message)));
    this.#worker.on("exit", (code) => this.#end(t("The run store's thread ended with code {0}.", code)));
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  sync(): Promise<StoreChange> {
    return this.#call("sync", [], this.#workTimeoutMs);
  }

  async list(query?: ListQuery): Promise<RunListItem[]> {
    return unpackList(await this.#call<PackedList>("list", [query]));
  }

  get(id: string): Promise<RunRecord | undefined> {
    return this.#call("get", [id]);
  }

  open(): Promise<string[]> {
    return this.#call("open", []);
  }

  find(text: string): Promise<string[]> {
    return this.#call("find", [text]);
  }

  series(query: SeriesQuery): Promise<Points | Buckets> {
    return this.#call("series", [query]);
  }

  seriesMany(queries: SeriesQuery[]): Promise<(Points | Buckets)[]> {
    return this.#call("seriesMany", [queries]);
  }

  clock(run: string): Promise<StepTimes> {
    return this.#call("clock", [run]);
  }

  table(run: string, name: string, step?: number): Promise<TableEvent | undefined> {
    return this.#call("table", [run, name, step]);
  }

  reindex(progress?: (done: number, total: number) => void): Promise<void> {
    return this.#call("reindex", [], this.#workTimeoutMs, progress);
  }

  touch(run: string): Promise<void> {
    return this.#call("touch", [run]);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    await this.#call("close", []).finally(() => this.#worker.terminate());
  }

  #call<T>(
    call: Call,
    args: unknown[],
    timeoutMs = this.#readTimeoutMs,
    progress?: (done: number, total: number) => void,
  ): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#serial;
    return new Promise<T>((resolve, reject) => {
      const expire = (): void => {
        this.#settle(id);
        reject(
          new UserError(
            "store-timeout",
            t("The run store gave no answer to “{0}” for {1} s.", call, timeoutMs / 1000),
            {
              advice: t("Try again; if it stays so, close other processes that use this folder."),
            },
          ),
        );
      };
      const restart = (): void => {
        const pending = this.#pending.get(id);
        if (!pending) return;
        clearTimeout(pending.timer);
        pending.timer = setTimeout(expire, timeoutMs);
      };
      const timer = setTimeout(expire, timeoutMs);
      this.#pending.set(id, { resolve: (value) => resolve(value as T), reject, progress, restart, timer });
      this.#worker.ref();
      this.#worker.postMessage({ id, call, args } satisfies Request);
    });
  }

  #receive(reply: Reply): void {
    if ("progress" in reply) {
      const pending = this.#pending.get(reply.id);
      pending?.restart();
      pending?.progress?.(...reply.progress);
      return;
    }
    const pending = this.#settle(reply.id);
    if ("error" in reply) pending?.reject(unpackError(reply.error));
    else pending?.resolve(reply.value);
  }

  /** Takes a call off the list; with none left the thread no longer keeps the process alive. */
  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    clearTimeout(pending?.timer);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    return pending;
  }

  #end(sentence: string): void {
    this.#ended ??= new UserError("store-thread-ended", sentence, { advice: t("Open the store again.") });
    for (const id of this.#pending.keys()) this.#settle(id)?.reject(this.#ended);
  }
}
