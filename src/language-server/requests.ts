import type { CancellationToken } from "vscode-languageserver/node";
import { REQUEST_MS } from "./limits.ts";

/**
 * Answers a request. One that fails, is cancelled or takes too long is answered with `otherwise`; a failure is reported,
 * for a person who types is not helped by an error message of ours.
 */
export async function answer<T>(
  token: CancellationToken,
  report: (error: unknown) => void,
  otherwise: T,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const cancelled = new AbortController();
  const subscription = token.onCancellationRequested(() => cancelled.abort());
  const signal = AbortSignal.any([cancelled.signal, AbortSignal.timeout(REQUEST_MS)]);
  try {
    return await Promise.race([work(signal), aborted(signal, otherwise)]);
  } catch (error) {
    if (!signal.aborted) report(error);
    return otherwise;
  } finally {
    subscription.dispose();
    cancelled.abort();
  }
}

/** Resolves when a signal is aborted. */
const aborted = <T>(signal: AbortSignal, value: T): Promise<T> =>
  new Promise((done) => signal.addEventListener("abort", () => done(value), { once: true }));
