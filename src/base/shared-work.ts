interface Shared<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
  freshUntilMs: number;
}

/**
 * Results of slow work by a key, kept for a while. Who asks while it is done waits for the same work; it is stopped when
 * nobody waits any more. Work that failed or was stopped is not kept.
 */
export class SharedWork<T> {
  readonly #kept = new Map<string, Shared<T>>();
  readonly #keepMs: number;
  readonly #most: number;

  /** `most`: results kept at once, the oldest goes first. */
  constructor(keepMs: number, most = 16) {
    this.#keepMs = keepMs;
    this.#most = most;
  }

  /** Rejects with the signal's reason when that is aborted. */
  async get(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const shared = this.#of(key, work);
    shared.waiting++;
    try {
      return await (signal ? raced(shared.result, signal) : shared.result);
    } finally {
      if (--shared.waiting === 0 && shared.freshUntilMs === Infinity) {
        shared.stop.abort();
        this.#drop(key, shared);
      }
    }
  }

  #of(key: string, work: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const known = this.#kept.get(key);
    if (known && known.freshUntilMs > Date.now()) return known;
    const stop = new AbortController();
    // Until it is done it does not age.
    const shared: Shared<T> = { result: work(stop.signal), stop, waiting: 0, freshUntilMs: Infinity };
    shared.result.then(
      () => (shared.freshUntilMs = Date.now() + this.#keepMs),
      () => this.#drop(key, shared),
    );
    this.#kept.delete(key);
    this.#kept.set(key, shared);
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(old);
    }
    return shared;
  }

  #drop(key: string, shared: Shared<T>): void {
    if (this.#kept.get(key) === shared) this.#kept.delete(key);
  }
}

function raced<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
