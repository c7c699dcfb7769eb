/** Longest stretch of work, in milliseconds, after which others of this thread (an editor's keystrokes) get their turn. */
const STRETCH_MS = 8;

/** Gives way now and then in a long piece of work. */
export class Pauses {
  private sinceMs = performance.now();

  /** Waits for a turn of the event loop when the last one is long ago. Throws the signal's reason when it is aborted. */
  async give(signal?: AbortSignal): Promise<void> {
    if (performance.now() - this.sinceMs < STRETCH_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    this.sinceMs = performance.now();
  }
}
