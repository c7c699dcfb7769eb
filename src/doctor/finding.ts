import type { Answer } from "../base/ask-program.ts";
import { MARK } from "../launch/python/scripts.ts";

/** What was looked at and what was found. Only an `error` keeps runs from starting here. */
export interface HealthFinding {
  /** Stable kebab-case name of what was looked at (`backend-wasm`, `disk`). */
  id: string;
  level: "ok" | "information" | "warning" | "error";
  title: string;
  detail: string;
  /** What was run to find out, as one types it; null where nothing was. */
  command: string | null;
  /** What that answered, shortened to a line. */
  answer: string | null;
  /** The command that mends it; null where there is nothing to mend, or no command does and `detail` says what to do. */
  fix: string | null;
}

type Level = HealthFinding["level"];
type Asked = Partial<Pick<HealthFinding, "command" | "answer" | "fix">>;

export const finding = (id: string, level: Level, title: string, detail: string, asked: Asked = {}): HealthFinding => ({
  id,
  level,
  title,
  detail,
  command: null,
  answer: null,
  fix: null,
  ...asked,
});

const MOST_CHARACTERS = 160;

/** An answer as one line: what was printed, else what was complained of. */
export function shortened({ stdout, stderr }: Pick<Answer, "stdout" | "stderr">): string {
  const line = (stdout.replace(MARK, "").trim() || stderr.trim()).replaceAll(/\s*\n\s*/g, " ⏎ ");
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}
