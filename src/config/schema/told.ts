import { t } from "../../base/l10n.ts";
import { notesOf, type KeyNotes } from "./key.ts";
import type { SchemaView } from "./view.ts";

/**
 * Notes of a key as people read them in their language; `notesOf` gives them as they are written into documents and schemas.
 * Ask when they are shown: the language is known only then.
 */
export function toldNotes(schema: SchemaView): KeyNotes {
  const { description, unit, defaultText, why, ...rest } = notesOf(schema);
  return {
    ...rest,
    description: t(description),
    ...(unit === undefined ? {} : { unit: t(unit) }),
    ...(defaultText === undefined ? {} : { defaultText: t(defaultText) }),
    ...(why === undefined ? {} : { why: t(why) }),
  };
}
