/** The output of a run, line by line. Lines are 1-based lines of `output.log`; one still being written counts. */
import * as v from "valibot";
import { columns } from "./envelope.ts";

export const logLine = v.object({
  line: v.number(),
  /** With its colour sequences; of a line rewritten in place (carriage returns) what it came to. */
  text: v.string(),
  /** How often the line was rewritten in place before (progress bars). */
  rewrites: v.number(),
  /** Characters left out at the end of a very long line. */
  cut: v.number(),
  /** Epoch milliseconds by which the line was there, as the runner saw the file grow; null when not asked for or unknown. */
  timeMs: v.nullable(v.number()),
});
export type PageLogLine = v.InferOutput<typeof logLine>;

/** Counts up when the file was emptied or replaced: then lines known before mean nothing. */
const epoch = v.number();
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Most lines one question may name. */
export const MOST_LOG_LINES = 1000;

export const logQueries = {
  /** How much there is, as far as the file is read; `complete` false: it is still being read. */
  logState: {
    args: v.object({}),
    answer: v.object({ epoch, lines: v.number(), bytes: v.number(), folds: v.number(), complete: v.boolean() }),
  },
  /** The named lines, in the order of the file; lines that are not there are left out. */
  logLines: {
    args: v.object({ lines: v.pipe(v.array(line), v.maxLength(MOST_LOG_LINES)), times: v.boolean() }),
    answer: v.object({ epoch, lines: v.array(logLine) }),
  },
  /**
   * Stretches of lines that are updates of one progress display, from the `from`-th (0-based) on. The last one known may
   * have grown since.
   */
  logFolds: {
    args: v.object({ from: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
    /** First line and number of lines of each: columns of equal length. */
    answer: v.object({ epoch, from: v.number(), starts: columns, counts: columns }),
  },
  /** What a line rewritten in place said before, oldest first; `left`: how many older ones are left out. */
  logUpdates: {
    args: v.object({ line }),
    answer: v.object({ texts: v.array(v.string()), left: v.number() }),
  },
  /** The lines from `from` on that hold a text, letter case and colours ignored: at most 10,000. */
  logSearch: {
    args: v.object({ text: v.pipe(v.string(), v.minLength(1), v.maxLength(500)), from: line }),
    /** `upTo`: the last line looked at; `complete` false: there are more after it. */
    answer: v.object({ epoch, lines: columns, upTo: v.number(), complete: v.boolean() }),
  },
  /** The text without colours, for the clipboard; `left`: lines left out at the beginning of a very large one. */
  logText: {
    args: v.object({}),
    answer: v.object({ text: v.string(), left: v.number() }),
  },
} as const;
