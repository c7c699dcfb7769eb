import { appendFileSync, readFileSync, statSync } from "node:fs";
import { runFile } from "../runs/layout.ts";
import type { ControlCommand } from "../runs/model.ts";

/** Appends a command for the run's runner, whoever that is or becomes. */
export function sendCommand(runDir: string, command: ControlCommand): void {
  appendFileSync(runFile(runDir, "control"), `${JSON.stringify(command)}\n`);
}

/** Reads the commands of the current segment; a new runner reads those again that a dead one had begun to follow. */
export class ControlReader {
  readonly #file: string;
  /** Commands older than the segment's launch plan were for an earlier segment. */
  readonly #sinceMs: number;
  #offset = 0;

  constructor(runDir: string) {
    this.#file = runFile(runDir, "control");
    this.#sinceMs = Math.floor(statSync(runFile(runDir, "launch")).mtimeMs);
  }

  /** Whole commands that were appended since the last call. */
  read(): ControlCommand[] {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= this.#offset) return [];
    const text = readFileSync(this.#file).subarray(this.#offset);
    const whole = text.lastIndexOf(10) + 1;
    this.#offset += whole;
    return text
      .toString("utf8", 0, whole)
      .split("\n")
      .flatMap(parse)
      .filter(({ timeMs }) => timeMs >= this.#sinceMs);
  }
}

function parse(line: string): ControlCommand[] {
  try {
    const command = JSON.parse(line) as Partial<ControlCommand> | null;
    if (command?.t !== "stop" || typeof command.timeMs !== "number") return [];
    return [{ t: "stop", timeMs: command.timeMs, by: String(command.by ?? "somebody"), force: command.force === true }];
  } catch {
    return []; // not a command: anybody may have written to the file
  }
}
