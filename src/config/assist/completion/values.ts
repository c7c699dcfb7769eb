import { isScalar, isSeq } from "yaml";
import type { Path } from "../../path.ts";
import type { KeyCursor, ValueCursor } from "../cursor/index.ts";
import { listIn, schemaAt, configPath } from "../schema-at.ts";
import type { AssistDocument, AssistOptions, Completion, CompletionList } from "../types.ts";
import { itemOf, valueItems, written } from "./choice.ts";
import type { Found } from "./asked.ts";
import { choicesFor } from "./choices.ts";

/** What may be the value at the cursor. */
export async function valueCompletions(
  document: AssistDocument,
  cursor: ValueCursor,
  options: AssistOptions,
): Promise<CompletionList> {
  const isEntry = typeof cursor.path.at(-1) === "number";
  const found = await choices(document, cursor.path, isEntry ? cursor.path.slice(0, -1) : cursor.path, cursor, options);
  return { items: valueItems(cursor, found.choices), isIncomplete: found.isLate };
}

/** On an empty line under a list's key: its next entry, with the dash. */
export async function entryItems(
  document: AssistDocument,
  cursor: KeyCursor,
  options: AssistOptions,
): Promise<CompletionList> {
  const { parent, span, typed, isFlow, column } = cursor;
  const schema = schemaAt(document, parent);
  if (!schema || !listIn(schema) || isFlow) return { items: [], isIncomplete: false };
  const place: ValueCursor = { kind: "value", path: [...parent, 0], typed, span, isFlow, wantsSpace: false };
  const found = await choices(document, place.path, parent, place, options);
  const items = found.choices.map((choice, index): Completion => ({
    ...itemOf(choice, index),
    insertText: `- ${written(choice.value)}`,
    span,
  }));
  return { items: column < parent.length - 1 ? [] : items, isIncomplete: found.isLate };
}

async function choices(
  document: AssistDocument,
  path: Path,
  key: Path,
  cursor: ValueCursor,
  options: AssistOptions,
): Promise<Found> {
  const schema = schemaAt(document, path);
  if (!schema) return { choices: [], isLate: false };
  const isEntry = path.length > key.length;
  const there = isEntry ? entries(document, key, cursor) : [];
  const at = configPath(document, path) ?? undefined;
  const found = await choicesFor(
    { document, schema, path: at, sweepPath: at ? undefined : key, isEntry, cursor, there },
    options,
  );
  return { ...found, choices: found.choices.filter(({ value }) => !there.includes(String(value))) };
}

/** What the list holds beside the entry at the cursor. */
function entries({ parsed }: AssistDocument, path: Path, { span }: ValueCursor): string[] {
  const list = parsed.document.getIn(path);
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) => {
    if (!isScalar(item)) return [];
    const [from = -1] = item.range ?? [];
    return from === span.start ? [] : [String(item.value)];
  });
}
