import { monotonicFactory } from "ulid";

const next = monotonicFactory();

/** A new run's id: a ULID (github.com/ulid/spec), so that ids sort by creation time. */
export const newRunId = (nowMs: number): string => next(nowMs);

/** What a run's folder may be called. */
export const isRunId = (name: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(name);
