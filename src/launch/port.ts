/** What a launcher says of a run's processes, judged now. */
export interface LaunchStatus {
  /** `unknown`: they belong to another host or container, only the heartbeat speaks. */
  runner: "alive" | "dead" | "none" | "unknown";
  trainer: "alive" | "dead" | "none" | "unknown";
  runnerPid: number | null;
  trainerPid: number | null;
  /** Newest sign of life in the runner's journal, epoch milliseconds. */
  heartbeatMs: number | null;
}

/** Starts and ends the processes of a run. The run's folder is complete (`launch.json` included) before `submit`. */
export interface Launcher {
  readonly name: string;
  /** Starts a detached runner; resolves once it has taken the run's lock (or rejects with a `UserError`). */
  submit(runDir: string, env: NodeJS.ProcessEnv): Promise<{ runnerPid: number }>;
  status(runDir: string): LaunchStatus;
  /** Asks the run's runner to stop the trainer; returns at once, what happens comes through the journal. */
  stop(runDir: string, request: { by: string; force: boolean }): void;
  /** Starts a runner for a live trainer that lost its own. */
  adopt(runDir: string): Promise<{ runnerPid: number }>;
}
