import { isDeepStrictEqual } from "node:util";
import { plainValue, type YamlText } from "../yaml.ts";
import { release } from "./anchors.ts";
import { Draft } from "./draft.ts";
import { withEdit } from "./expected.ts";
import type { ConfigEdit, TextEdit } from "./fix.ts";
import { insertion, written } from "./insert.ts";
import { moveEntry } from "./move.ts";
import { removal } from "./remove.ts";
import { replacement } from "./replace.ts";
import { walk } from "./tree.ts";

export { applyTextEdits } from "./draft.ts";

/**
 * The changes of a text that make changes of its config, one after the other: as small as they can be, in the order of the
 * text, without overlaps. Undefined when one cannot be made: its key is not there, the place it goes to is taken, or the text
 * would not mean exactly what was asked for.
 */
export function textEdits(yaml: YamlText, edits: readonly ConfigEdit[]): TextEdit[] | undefined {
  const draft = new Draft({ source: yaml.source, document: yaml.document });
  return edits.every((edit) => make(draft, edit)) ? draft.edits() : undefined;
}

/** Makes one change in a draft. When it cannot be made the draft stays as it is, and the answer is false. */
export function make(draft: Draft, edit: ConfigEdit): boolean {
  if (edit.kind === "replace") {
    const place = draft.now(edit.start, edit.end);
    if (place) draft.apply([{ ...place, text: edit.text }]);
    return place !== undefined;
  }
  const before = plainValue(draft.yaml.document) ?? {};
  const expected = before instanceof Error ? undefined : withEdit(before, edit);
  if (expected === undefined) return false;
  return draft.attempt(() => {
    releaseAll(draft, edit);
    return change(draft, edit) && isDeepStrictEqual(plainValue(draft.yaml.document) ?? {}, expected);
  });
}

function change(draft: Draft, edit: Exclude<ConfigEdit, { kind: "replace" }>): boolean {
  if (edit.kind === "move") {
    return moveEntry(draft, edit.path, edit.to, "value" in edit ? written(edit.value) : undefined);
  }
  const { steps, rest } = walk(draft.yaml.document, edit.path);
  const changes =
    edit.kind === "remove"
      ? removal(draft.yaml, steps)
      : rest.length === 0 && steps.length > 0
        ? replacement(draft.yaml, steps.at(-1)!, written(edit.value))
        : insertion(draft.yaml, edit.path, written(edit.value));
  if (changes) draft.apply(changes);
  return changes !== undefined;
}

/** More aliases than this on the way to one place are no config. */
const MOST_RELEASES = 20;

function releaseAll(draft: Draft, edit: Exclude<ConfigEdit, { kind: "replace" }>): void {
  for (const path of edit.kind === "move" ? [edit.path, edit.to] : [edit.path]) {
    for (let round = 0; round < MOST_RELEASES; round++) {
      const changes = release(draft.yaml, path);
      if (changes.length === 0) break;
      draft.apply(changes);
    }
  }
}
