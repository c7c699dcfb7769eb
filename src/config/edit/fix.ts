import type { Path } from "../path.ts";

/**
 * One change to a config in terms of its keys. `textEdits` turns it into the smallest change of the text that keeps
 * comments, quotes and the way the rest is written.
 */
export type ConfigEdit =
  /** Writes a value: in the place of the one that is there, else as a new key, with the groups it needs. */
  | { readonly kind: "set"; readonly path: Path; readonly value: unknown }
  /** Takes a key or list entry away with its value. */
  | { readonly kind: "remove"; readonly path: Path }
  /** Moves a key, as its value is written, to another name or group; with `value` it is written anew. */
  | { readonly kind: "move"; readonly path: Path; readonly to: Path; readonly value?: unknown }
  /** Puts a text in the place of another: offsets in UTF-16 units of the text that was parsed. */
  | { readonly kind: "replace"; readonly start: number; readonly end: number; readonly text: string };

/** A way to mend a finding. */
export interface Fix {
  /** What it does, as a button says it: "Write `train.learning_rate`". */
  readonly title: string;
  /** There is one right answer and nothing but what was meant changes: `--fix` and "apply all safe fixes" take it. */
  readonly safe: boolean;
  readonly edits: readonly ConfigEdit[];
}

/** A change of a text: what stands from `start` to `end` (UTF-16 units, exclusive) becomes `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
