/** How long and how large things may be before the server lets go of them. */

/** Longest text that is checked while typing (UTF-16 units). A longer one is checked by `tuning-fork validate` and at a start. */
export const MOST_CHARACTERS = 1_000_000;
/** From here on a text is parsed only when typing pauses: parsing takes longer than a keystroke. */
export const LARGE_CHARACTERS = 60_000;
/** Pause after the last change before anything but the text is looked at (ms). */
export const PAUSE_MS = 200;
/** How often files a config names are looked at for changes (ms). */
export const WATCH_MS = 1_000;
/** Longest time a request may take (ms). */
export const REQUEST_MS = 10_000;
/** Longest waits for facts that have to be read first (ms). */
export const PATIENCE_MS = { completion: 40, hover: 1_500, hints: 5_000 } as const;
