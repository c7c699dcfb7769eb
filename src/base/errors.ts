/**
 * An error a person can act on: what is wrong, where, and what to do.
 * Everything shown to a user is one of these; anything else is a defect and is reported as such, without a stack trace.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  /** Stable machine-readable reason, kebab-case (`data-column-missing`). */
  readonly code: string;
  /** What to do next, one sentence; empty when the message says it all. */
  readonly advice: string;
  /** The file the problem stands in, when there is one. */
  readonly file: string | undefined;
  /** 1-based line (or data row) in `file`. */
  readonly line: number | undefined;

  constructor(
    code: string,
    message: string,
    at: { advice?: string; file?: string; line?: number; cause?: unknown } = {},
  ) {
    super(message, at.cause === undefined ? undefined : { cause: at.cause });
    this.code = code;
    this.advice = at.advice ?? "";
    this.file = at.file;
    this.line = at.line;
  }

  /** Message and advice as one text. */
  get sentence(): string {
    return this.advice ? `${this.message} ${this.advice}` : this.message;
  }
}

/** The errno name (`ENOSPC`) of a Node error, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** One sentence for any thrown value: a `UserError`'s own, else the bare message. */
export function sentenceOf(error: unknown): string {
  if (error instanceof UserError) return error.sentence;
  return error instanceof Error ? error.message : String(error);
}
