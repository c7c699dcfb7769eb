import type { Path } from "../../path.ts";
import type { Span } from "../types.ts";

/** What is being typed at a place of a text that need not be whole YAML. */
export type Cursor =
  /** In a comment; `text` is what stands from `#` to the cursor. */
  | { readonly kind: "comment"; readonly text: string; readonly start: number }
  | KeyCursor
  | ValueCursor
  /** Where nothing can be said: in a text over several lines, or between other things. */
  | { readonly kind: "nothing" };

interface Written {
  /** What was typed of it, up to the cursor. */
  readonly typed: string;
  /** All of the word, also behind the cursor. */
  readonly span: Span;
  /** Inside `{ }` or `[ ]`. */
  readonly isFlow: boolean;
}

/** A key of the map at `parent`, or where one may begin. */
export interface KeyCursor extends Written {
  readonly kind: "key";
  readonly parent: Path;
  /** A colon follows. */
  readonly hasColon: boolean;
  /** Column of the key, 0-based. */
  readonly column: number;
}

/** The value at `path`; an entry of a list has its position as the last step. */
export interface ValueCursor extends Written {
  readonly kind: "value";
  readonly path: Path;
  /** Nothing stands between the cursor and the colon, dash or comma that wants a space. */
  readonly wantsSpace: boolean;
}

export const NOTHING: Cursor = { kind: "nothing" };
