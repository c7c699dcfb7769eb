import type { PlainMap } from "../../schema/view.ts";
import type { Draft, Rules } from "../draft.ts";

/** Another tool whose configs are read. */
export interface Tool {
  /** As its makers write it. */
  readonly name: string;
  /** Whether a file's content is a config of this tool. */
  isOne(map: PlainMap): boolean;
  /** What becomes of its keys. `baseDir` is the folder of the file. */
  rules(map: PlainMap, baseDir: string): Rules;
  /** Sets what the tool does where its file says nothing; what the file says comes afterwards. */
  before?(draft: Draft, map: PlainMap): void;
  /** Makes whole what several keys say together. */
  after?(draft: Draft, map: PlainMap): void;
}
