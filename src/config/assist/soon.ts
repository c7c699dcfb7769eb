import type { AssistOptions } from "./types.ts";

/** Longest wait for facts where nobody says otherwise (ms): what a reader does not notice. */
const PATIENCE_MS = 40;

/** A value that was there in time, or the sign that it was not. */
export type Soon<T> = { readonly isLate: false; readonly value: T } | { readonly isLate: true };

/** Waits a short while for something that may take long; the work itself goes on. What fails is as if it were not there. */
export async function soon<T>(work: Promise<T>, { signal, patienceMs = PATIENCE_MS }: AssistOptions): Promise<Soon<T>> {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const late = new Promise<Soon<T>>((resolve) => {
    stop = () => resolve({ isLate: true });
    timer = setTimeout(stop, patienceMs);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
  });
  try {
    return await Promise.race([
      work.then(
        (value): Soon<T> => ({ isLate: false, value }),
        (): Soon<T> => ({ isLate: true }),
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
    if (stop) signal?.removeEventListener("abort", stop);
  }
}
