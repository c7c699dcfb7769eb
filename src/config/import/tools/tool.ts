import type { PlainMap } from "../../schema/view.ts";
import type { Draft } from "../draft.ts";
import type { Rules } from "../rules.ts";

/** Another tool whose configs are read. */
export interface Tool {
  /** As its makers write it. */
  readonly name: string;
  /** Whether a file's content is a config of this tool. */
  isOne(map: PlainMap): boolean;
  /** What becomes of its keys. */
  readonly rules: Rules;
  /** Sets what the tool does where its file says nothing; what the file says comes afterwards. */
  before?(draft: Draft): void;
}
