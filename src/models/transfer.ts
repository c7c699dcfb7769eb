import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** How often the growth of a download is looked at. */
const LOOK_MS = 250;
/** Without a byte or an answer for this long, a transfer counts as dead. */
const STALL_MS = 60_000;

/** Watches downloads into a cache's blob folder. */
export interface Transfer {
  /** `fetch` that ends with the caller's signal or when the transfer stalls. */
  readonly fetch: typeof fetch;
  /** Tells the bytes of the unfinished file from now on. */
  onGrowth(tell: (bytes: number) => void): void;
  stalled(): boolean;
  /** Stops watching. */
  end(): void;
}

/**
 * The hub library tells no progress, but writes each file as `<blob>.incomplete`: its size is the progress.
 * @param blobs the cache's blob folder of the model
 */
export function watchTransfer(blobs: string, signal: AbortSignal): Transfer {
  const stall = new AbortController();
  const ended = AbortSignal.any([signal, stall.signal]);
  let lastSize = 0;
  let lastActivityMs = Date.now();
  let tell: (bytes: number) => void = () => undefined;
  const timer = setInterval(() => {
    const size = incompleteBytes(blobs);
    if (size !== lastSize) {
      lastActivityMs = Date.now();
      if (size > 0) tell(size);
    }
    lastSize = size;
    if (Date.now() - lastActivityMs > STALL_MS) stall.abort(new Error("no data for a minute"));
  }, LOOK_MS);
  timer.unref();
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, { ...init, signal: ended });
      lastActivityMs = Date.now();
      return response;
    },
    onGrowth: (listener) => (tell = listener),
    stalled: () => stall.signal.aborted,
    end: () => clearInterval(timer),
  };
}

function incompleteBytes(dir: string): number {
  try {
    const names = readdirSync(dir).filter((name) => name.endsWith(".incomplete"));
    return names.reduce((sum, name) => sum + (statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  } catch {
    return 0; // nothing written yet
  }
}
