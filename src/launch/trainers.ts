import { join } from "node:path";

/** How a framework's trainer is started from a copy of the code: executable and arguments, absolute. */
type TrainerCommand = (parts: { node: string; codeDir: string }) => string[];

/** One line for each trainer, by the config's `framework`. */
export const TRAINERS = {
  tfjs: ({ node, codeDir }) => [node, join(codeDir, "trainer-tfjs.cjs")],
} as const satisfies Record<string, TrainerCommand>;
