/** The output of a run, line by line. */
import * as v from "valibot";

export const logLine = v.object({
  /** 1-based line of `output.log`. */
  line: v.number(),
  /** With its ANSI sequences; of a line rewritten in place (carriage returns) what it came to. */
  text: v.string(),
  /** How often the line was rewritten in place before (progress bars). */
  rewrites: v.number(),
});
export type PageLogLine = v.InferOutput<typeof logLine>;

export const logQueries = {
  /** Lines `from` (1-based) on; `total` as far as the file is read. */
  logLines: {
    args: v.object({ from: v.number(), count: v.pipe(v.number(), v.maxValue(2000)) }),
    answer: v.object({ total: v.number(), bytes: v.number(), lines: v.array(logLine) }),
  },
  /** The lines that hold a text (letter case ignored): at most 10,000. */
  logSearch: {
    args: v.object({ text: v.pipe(v.string(), v.maxLength(500)) }),
    answer: v.object({ lines: v.array(v.number()), complete: v.boolean() }),
  },
} as const;
