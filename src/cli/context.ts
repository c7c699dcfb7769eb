import { jsonReplacer } from "../base/numbers.ts";
import type { Whereabouts } from "../runs/workspace.ts";
import type { Terminal } from "./terminal.ts";

/** What every command is given. */
export interface Context {
  out: Terminal;
  err: Terminal;
  /** One JSON value on stdout and nothing else. */
  json: boolean;
  where: Whereabouts;
  /** Who asks, as journals keep it. */
  by: string;
}

/** A command module: what it does with its arguments and options. Resolves to the exit code. */
export interface CommandModule<Options> {
  run(context: Context, args: string[], options: Options): Promise<number>;
}

/** Exit codes (docs/cli.md). */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Prints the one JSON value of a command; indented for a person, on one line for a program. */
export function printJson(context: Context, value: unknown): void {
  context.out.line(JSON.stringify(value, jsonReplacer, context.out.interactive ? 2 : undefined));
}
