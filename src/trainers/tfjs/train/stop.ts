import { existsSync } from "node:fs";
import { runFile } from "../../../runs/layout.ts";

const POLL_MS = 250;

/** Whether the trainer is asked to stop: by the file `stop-requested` in the run's folder, or by a signal. */
export class StopRequest {
  private readonly path: string;
  private readonly controller = new AbortController();

  constructor(runDir: string) {
    this.path = runFile(runDir, "stopRequest");
  }

  /**
   * Treats SIGTERM and SIGINT as a request to stop instead of dying of them, and looks for the file now and then, for
   * work that waits on `signal`. Neither keeps the process alive.
   */
  listen(): void {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => this.controller.abort());
    setInterval(() => this.requested, POLL_MS).unref();
  }

  /** Looks at the file too, so it is true as soon as the file is there. */
  get requested(): boolean {
    if (!this.controller.signal.aborted && existsSync(this.path)) this.controller.abort();
    return this.controller.signal.aborted;
  }

  /** Aborts once a stop is requested. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }
}
