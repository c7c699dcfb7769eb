import { valueText, yamlText } from "../../edit/value-text.ts";
import type { ValueCursor } from "../cursor/index.ts";
import type { Completion, CompletionKind } from "../types.ts";

/** A value that may be written somewhere, before it is fitted to the place of the cursor. */
export interface Choice {
  /** What is meant: a text, number, truth value or list. */
  readonly value: unknown;
  readonly kind: CompletionKind;
  /** Shown instead of the value as it is written. */
  readonly label?: string;
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** A folder: the next part of the path is asked for. */
  readonly asksAgain?: boolean;
}

/** Built-in models and dotted names stay bare, which is how everybody writes them. */
const BARE = /^builtin:[\w-]+$/;

/** A value as it is written in a config. */
export const written = (value: unknown): string =>
  typeof value === "string" && BARE.test(value) ? value : valueText(value);

/** Fits choices to a value's place: quotes that were begun are kept, a missing space is put in. */
export function valueItems(cursor: ValueCursor, choices: readonly Choice[]): Completion[] {
  const quote = /^["']/.exec(cursor.typed)?.[0];
  return choices.flatMap((choice, index) => {
    const text = quote === undefined ? written(choice.value) : inQuotes(choice.value, quote);
    if (text === undefined) return [];
    return [
      {
        ...itemOf(choice, index),
        insertText: `${cursor.wantsSpace ? " " : ""}${text}`,
        span: cursor.span,
        filterText: `${quote ?? ""}${labelOf(choice)}`,
      },
    ];
  });
}

/** The parts of a completion that come from the choice alone. */
export function itemOf(choice: Choice, index: number): Omit<Completion, "insertText" | "span"> {
  const { kind, detail, documentation, asksAgain = false } = choice;
  return {
    label: labelOf(choice),
    kind,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
    isSnippet: false,
    sortText: sortTextOf(index),
    asksAgain,
  };
}

export const sortTextOf = (index: number): string => String(index).padStart(5, "0");

const labelOf = ({ label, value }: Choice): string => label ?? (typeof value === "string" ? value : valueText(value));

function inQuotes(value: unknown, quote: string): string | undefined {
  if (typeof value !== "string") return undefined;
  if (quote === "'") return `'${value.replaceAll("'", "''")}'`;
  const text = yamlText(value);
  return text.startsWith('"') ? text : `"${text}"`;
}
