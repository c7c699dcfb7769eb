/** What a run computes with. */
export interface Computing {
  /** Whether it sees a GPU. */
  onGpu: boolean;
  /** Cores this process may use. */
  cores: number;
  /** Processes that share a step. */
  processes: number;
}

/** Keep a Python trainer to its own packages and quiet, and its threads from fighting over cores. */
export function torchVariables({ onGpu, cores, processes }: Computing): Record<string, string> {
  return {
    // Packages in a home folder stand in front of those of no environment, but count in all of them.
    PYTHONNOUSERSITE: "1",
    HF_HUB_DISABLE_PROGRESS_BARS: "1",
    HF_HUB_DISABLE_TELEMETRY: "1",
    TRANSFORMERS_VERBOSITY: "error",
    // Rows are encoded before training; threads would only be in the way of processes that are forked later.
    TOKENIZERS_PARALLELISM: "false",
    ...(onGpu ? {} : threads(cores, processes)),
  };
}

/** Threads that spin while they wait for each other stand still for seconds when another process has the core. */
const threads = (cores: number, processes: number): Record<string, string> => ({
  OMP_WAIT_POLICY: "PASSIVE",
  OMP_NUM_THREADS: String(Math.max(1, Math.floor(cores / processes))),
});
