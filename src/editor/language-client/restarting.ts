import { CloseAction, ErrorAction, type ErrorHandler } from "vscode-languageclient/node";

/** Restarts after crashes within a while; after one more the server is left off. */
const MOST_RESTARTS = 4;
const WITHIN_MS = 3 * 60_000;

/** Restarts the server when it crashes, but not for ever: `givenUp` is told how often it did. */
export function restarting(givenUp: (crashes: number) => void): ErrorHandler {
  let crashesMs: number[] = [];
  return {
    error: (_error, _message, count) => ({
      action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
    }),
    closed() {
      const nowMs = Date.now();
      crashesMs = [...crashesMs.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs];
      if (crashesMs.length <= MOST_RESTARTS) return { action: CloseAction.Restart, handled: true };
      givenUp(crashesMs.length);
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}
