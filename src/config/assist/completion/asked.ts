import type { Path } from "../../path.ts";
import type { SchemaView } from "../../schema/view.ts";
import type { ValueCursor } from "../cursor/index.ts";
import type { AssistDocument } from "../types.ts";
import type { Choice } from "./choice.ts";

/** Where values are asked for. */
export interface Asked {
  readonly document: AssistDocument;
  readonly schema: SchemaView;
  /** In terms of the config; undefined for keys that only a sweep has. */
  readonly path: Path | undefined;
  readonly sweepPath: Path | undefined;
  /** It is an entry of a list. */
  readonly isEntry: boolean;
  readonly cursor: ValueCursor;
  /** The other entries of that list. */
  readonly there: readonly string[];
}

export interface Found {
  readonly choices: readonly Choice[];
  /** Something was not there in time. */
  readonly isLate: boolean;
}

/** A choice as the first entry of a list, where the cursor is not in the list yet. */
export const fitted = ({ isEntry }: Asked, choice: Choice): Choice =>
  isEntry ? choice : { ...choice, label: choice.label ?? String(choice.value), value: [choice.value] };
