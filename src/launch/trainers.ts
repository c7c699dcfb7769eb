import { join } from "node:path";
import { torchVariables, type Computing } from "./python/variables.ts";

/** What a trainer is started from; paths are absolute. */
export interface TrainerParts {
  node: string;
  /** The chosen interpreter; empty for a trainer that needs none. */
  python: string;
  /** The run's copy of the code. */
  codeDir: string;
}

/** How a framework's trainer is started. */
export interface TrainerLaunch {
  /** Executable and arguments. */
  command: (parts: TrainerParts) => string[];
  /** Beside the last part of the command: what uses checkpoints (src/runs/using/process.ts). */
  useProgram: string;
  /** Whether an interpreter has to be found. */
  needsPython: boolean;
  /** Variables it gets where neither the config nor the environment sets them. */
  variables: (computing: Computing) => Record<string, string>;
  /** Time to save a checkpoint after it was asked to stop; one who cannot wait stops it at once. */
  gracePeriodMs: number;
}

/** One entry for each trainer, by the config's `framework`. */
export const TRAINERS = {
  tfjs: {
    command: ({ node, codeDir }) => [node, join(codeDir, "trainer-tfjs.cjs")],
    useProgram: "trainer-tfjs-use.cjs",
    needsPython: false,
    variables: () => ({}),
    gracePeriodMs: 30_000,
  },
  torch: {
    // Starting a script puts its own folder before all others, not the one a person stands in, whose files could have the
    // names of packages.
    command: ({ python, codeDir }) => [python, "-u", "-X", "utf8", join(codeDir, "python", "train_torch.py")],
    useProgram: "use_checkpoint.py",
    needsPython: true,
    variables: torchVariables,
    // A step of many batches, then tens of gigabytes of weights and optimizer.
    gracePeriodMs: 300_000,
  },
} as const satisfies Record<string, TrainerLaunch>;
