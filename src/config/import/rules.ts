import { isMap, type PlainMap } from "../schema/view.ts";
import type { Draft } from "./draft.ts";

/** What becomes of one key: our dotted key that takes the value as it is, a reason to leave it out, or a function. */
export type Rule = string | { readonly leave: string } | RuleFunction;
export type RuleFunction = (value: unknown, draft: Draft, key: string) => void;

/**
 * Rules by the tool's keys. Keys are read in the order of the rules, so that the order of a file makes no difference: of two
 * that set the same value the later one wins.
 */
export type Rules = Readonly<Record<string, Rule>>;

/** No value worth a word: the tool's own way to say "nothing". */
export const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Takes every key of a map over by its rule. Keys without a rule are left out with a word, nothing silently. */
export function takeOver(map: PlainMap, rules: Rules, draft: Draft, prefix = ""): void {
  const names = [...Object.keys(rules), ...Object.keys(map).filter((name) => !Object.hasOwn(rules, name))];
  for (const name of names) {
    if (!Object.hasOwn(map, name) || isNothing(map[name])) continue;
    const value = map[name];
    const key = prefix + name;
    draft.from({ key, value }, () => apply(Object.hasOwn(rules, name) ? rules[name] : undefined, value, draft, key));
  }
  draft.same();
}

function apply(rule: Rule | undefined, value: unknown, draft: Draft, key: string): void {
  if (rule === undefined) draft.leave(key, value, "no key here does this");
  else if (typeof rule === "string") draft.set(rule, value);
  else if (typeof rule === "function") rule(value, draft, key);
  else draft.leave(key, value, rule.leave);
}

export const leave = (why: string): Rule => ({ leave: why });

/** Takes over one of the values a table knows; others are left out. */
export const oneOf =
  (key: string, table: Readonly<Record<string, unknown>>): RuleFunction =>
  (value, draft, name) => {
    const mapped = Object.hasOwn(table, String(value)) ? table[String(value)] : undefined;
    if (mapped === undefined) draft.leave(name, value, `\`${key}\` has no such choice`);
    else draft.set(key, mapped);
  };

/** Left out without a word when it says what is the case here anyway. */
export const unless =
  (usual: unknown, why: string): RuleFunction =>
  (value, draft, name) => {
    if (JSON.stringify(value) === JSON.stringify(usual)) draft.same();
    else draft.leave(name, value, why);
  };

/** A switch that says something only when it is on. */
export const whenOn =
  (take: RuleFunction): RuleFunction =>
  (value, draft, key) => {
    if (value === false) draft.same();
    else if (value === true) take(value, draft, key);
  };

/** A switch that says the opposite of ours. */
export const opposite =
  (key: string): RuleFunction =>
  (value, draft) => {
    if (typeof value === "boolean") draft.set(key, !value);
  };

export const asMap = (value: unknown): PlainMap => (isMap(value) ? value : {});

/** A share as the percentage `train.warmup` takes: 0.03 → "3%". */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(6))}%`;
