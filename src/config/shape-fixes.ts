import { t } from "../base/l10n.ts";
import { allNear } from "../base/nearest.ts";
import { keyOf, type Path } from "./diagnostic.ts";
import type { Fix } from "./edit/fix.ts";
import { valueText } from "./edit/value-text.ts";
import { convertedTo } from "./foreign/values.ts";
import { notesOf } from "./schema/key.ts";
import { isMap, variantsOf, type SchemaView } from "./schema/view.ts";
import { code } from "./schema/words.ts";

/** How values of the wrong kind (C62) are mended. */

/** What to do about a value, in a sentence and as changes. */
interface Hint {
  hint: string | undefined;
  fixes: Fix[];
}

const setting = (path: Path, value: unknown, safe: boolean): Fix => ({
  title: t("Write {0}", code(`${String(path.at(-1))}: ${valueText(value)}`)),
  safe,
  edits: [{ kind: "set", path, value }],
});

const inList = (path: Path, value: unknown, safe: boolean): Fix => ({
  title: t("Write {0}", code(valueText(value))),
  safe,
  edits: [{ kind: "set", path, value }],
});

const removal = (path: Path, safe: boolean): Fix => ({
  title: t("Remove {0}", code(keyOf(path))),
  safe,
  edits: [{ kind: "remove", path }],
});

/** A key without a value has its default when it goes; which value was meant only a person knows. */
export const keyWithoutValue = (path: Path): Fix[] => (path.length > 1 ? [removal(path, false)] : []);

/** What stands twice in a list stands once too many; a list that would be too short then needs another value. */
export const listEntryRemoval = (path: Path, list: readonly unknown[], least: number): Fix[] =>
  list.length > least ? [{ ...removal(path, true), title: t("Remove the second one") }] : [];

/** The nearest value that is allowed. */
export function boundFixes({ minimum, maximum }: SchemaView, value: number, path: Path): Fix[] {
  const bound =
    minimum !== undefined && value < minimum ? minimum : maximum !== undefined && value > maximum ? maximum : undefined;
  return bound === undefined ? [] : [setting(path, bound, false)];
}

/** Words that YAML 1.1 read as true and false. */
const SPOKEN: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["on", true],
  ["true", true],
  ["no", false],
  ["off", false],
  ["false", false],
]);

/** Whether a word can only be a slip of the finger: short ones (`dp`, `ddp`) and those of other figures (`int4`, `int8`) may be meant. */
const isSlip = (written: string, word: string): boolean =>
  word.length > 4 && written.replace(/\D/g, "") === word.replace(/\D/g, "");

/**
 * What to do about a value of the wrong kind, when its kind tells. `word`: what is written for it without quotes, where that
 * is known. `isRight` says whether a value will do.
 */
export function valueHint(
  schema: SchemaView,
  value: unknown,
  { path, word }: { path: Path; word: string | undefined },
  isRight: (value: unknown) => boolean,
): Hint {
  const write = typeof path.at(-1) === "number" ? inList : setting;
  const variants = variantsOf(schema);
  const takes = (...types: SchemaView["type"][]): boolean => variants.some(({ type }) => types.includes(type));
  const offer = (other: unknown, safe: boolean): Fix[] => (isRight(other) ? [write(path, other, safe)] : []);
  const known = convertedTo(keyOf(path), value);
  if (known.value !== value && isRight(known.value)) {
    return { hint: t("It is called {0} here.", code(valueText(known.value))), fixes: offer(known.value, known.exact) };
  }
  if (typeof value === "string") {
    const choices = variants.flatMap((variant) => [variant.const, ...(variant.enum ?? [])]);
    const near = allNear(
      value,
      choices.filter((choice) => typeof choice === "string"),
    );
    if (near.length > 0) {
      const fixes = near.flatMap((one) => offer(one, near.length === 1 && isSlip(value, one)));
      return { hint: t("Did you mean {0}?", code(near[0])), fixes };
    }
    const isNumber = value.trim() !== "" && Number.isFinite(Number(value));
    const numbers = isNumber ? offer(Number(value), true) : [];
    if (isNumber && (takes("number", "integer") || numbers.length > 0)) {
      return { hint: t("Write it without quotes."), fixes: numbers };
    }
    const spoken = SPOKEN.get(value.toLowerCase());
    if (spoken !== undefined && takes("boolean")) {
      return { hint: t("Write {0}.", code(spoken)), fixes: offer(spoken, true) };
    }
  }
  if ((typeof value === "number" || typeof value === "boolean") && takes("string") && !notesOf(schema).form) {
    // Which of the two was meant (`010`, 10) a person has to say.
    const text = word ?? String(value);
    return { hint: t("Put it in quotes: {0}.", `"${text}"`), fixes: offer(text, false) };
  }
  if (takes("array") && !Array.isArray(value) && !isMap(value)) {
    return { hint: t("Write it as a list: {0}.", `[${String(value)}]`), fixes: offer([value], true) };
  }
  return { hint: undefined, fixes: [] };
}
