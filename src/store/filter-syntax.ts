import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";

export type FilterOperator = ":" | "=" | ">" | ">=" | "<" | "<=" | "~";

/** One condition as it stands in the text. A free word has neither key nor operator. */
export interface FilterTerm {
  negated: boolean;
  key: string;
  operator: FilterOperator | undefined;
  value: string;
  /** The term as written, and where: 0-based, end exclusive. */
  text: string;
  start: number;
  end: number;
}

/** A filter that cannot be understood: which part (0-based, end exclusive) and why. */
export class FilterError extends UserError {
  readonly start: number;
  readonly end: number;

  constructor(term: Place, problem: string, advice = "") {
    super("filter-unusable", problem, advice ? { advice } : {});
    this.start = term.start;
    this.end = term.end;
  }
}

type Place = Pick<FilterTerm, "text" | "start" | "end">;

/** What sentences about a term name it by: its text, and the number of its first character. */
export const named = ({ text, start }: Place): [string, number] => [text, start + 1];

/** A word: runs of anything but spaces and quotes, and quoted stretches (`"` inside is written `\"`; one left open runs on). */
const WORD = /(?:[^\s"]|"(?:[^"\\]|\\.)*(?:"|\\?$))+/gu;
const CONDITION = /^([\w./@-]+?)(>=|<=|[:=><~])([^]*)$/u;

/**
 * Splits a filter into alternatives (joined by `OR`) of terms that must all hold.
 * Throws a `FilterError` for a missing value, a quote left open, or an `OR` with nothing on one side.
 */
export function readFilter(text: string): FilterTerm[][] {
  const alternatives: FilterTerm[][] = [[]];
  let or: Place | undefined;
  for (const match of text.matchAll(WORD)) {
    const word = { text: match[0], start: match.index, end: match.index + match[0].length };
    if (word.text === "OR") {
      if (alternatives.at(-1)!.length === 0) {
        throw new FilterError(word, t("Filter: “{0}” at character {1} has nothing before it.", ...named(word)));
      }
      alternatives.push([]);
      or = word;
    } else alternatives.at(-1)!.push(readTerm(word));
  }
  if (or && alternatives.at(-1)!.length === 0) {
    throw new FilterError(or, t("Filter: “{0}” at character {1} has nothing after it.", ...named(or)));
  }
  return alternatives;
}

function readTerm(word: Place): FilterTerm {
  if (word.text.replaceAll(/"(?:[^"\\]|\\.)*"/gu, "").includes('"')) {
    throw new FilterError(word, t("Filter: “{0}” at character {1} has a quote that is not closed.", ...named(word)));
  }
  const negated = word.text.length > 1 && word.text.startsWith("-");
  const body = negated ? word.text.slice(1) : word.text;
  const [, key, operator, value] = CONDITION.exec(body) ?? [];
  if (key === undefined) return { ...word, negated, key: "", operator: undefined, value: unquote(body) };
  if (value === "") {
    throw new FilterError(
      word,
      t("Filter: “{0}” at character {1} has no value after “{2}”.", ...named(word), String(operator)),
      t('Write a value, or "" for none.'),
    );
  }
  return { ...word, negated, key, operator: operator as FilterOperator, value: unquote(value!) };
}

const unquote = (text: string): string =>
  text.replaceAll(/"((?:[^"\\]|\\.)*)"/gu, (_, inner: string) => inner.replaceAll(/\\(.)/gu, "$1"));
