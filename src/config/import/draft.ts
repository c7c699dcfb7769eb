import { REDACTED, redactText } from "../../base/redact.ts";
import { isMap, type PlainMap } from "../schema/view.ts";

/** A key of the other tool that has no place in a config of ours, and why it is left out. */
export interface LeftOut {
  key: string;
  value: unknown;
  /** A sentence in plain words, or a phrase. */
  why: string;
}

/** What is made of another tool's config: values by our dotted keys, and what could not be taken over. */
export class Draft {
  readonly values = new Map<string, unknown>();
  readonly leftOut: LeftOut[] = [];

  /** Sets a key; the last one wins, as the tool itself reads its file from top to bottom. */
  set(key: string, value: unknown): void {
    if (value !== undefined && value !== null) this.values.set(key, value);
  }

  get(key: string): unknown {
    return this.values.get(key);
  }

  leave(key: string, value: unknown, why: string): void {
    this.leftOut.push({ key, value: SECRET.test(key) ? REDACTED : value, why });
  }
}

/** Names of keys whose values are nobody's business; tokens of a tokenizer (`eos_token`) are none of them. */
const SECRET = /(?:^|[._])(?:token|(?:hub|hf|auth|access|api|wandb)_?(?:token|key)|password|secret)$/i;

/** A value that is left out as a comment shows it: on one line, without secrets. */
export const shownValue = (value: unknown): string => redactText(JSON.stringify(value) ?? "null").slice(0, 200);

/** What becomes of one key: our dotted key that takes the value as it is, a reason to leave it out, or a function. */
export type Rule = string | { readonly leave: string } | ((value: unknown, draft: Draft, key: string) => void);

export type Rules = Readonly<Record<string, Rule>>;

/** No value worth a word: the tool's own way to say "nothing". */
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Takes every key of a map over by its rule. Keys without a rule are left out with a word, nothing silently. */
export function takeOver(map: PlainMap, rules: Rules, draft: Draft, prefix = ""): void {
  for (const [name, value] of Object.entries(map)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const key = prefix + name;
    if (isNothing(value)) continue;
    if (rule === undefined) draft.leave(key, value, "no key here does this");
    else if (typeof rule === "string") draft.set(rule, value);
    else if (typeof rule === "function") rule(value, draft, key);
    else draft.leave(key, value, rule.leave);
  }
}

export const leave = (why: string): Rule => ({ leave: why });

/** Takes over one of the values a table knows; others are left out. */
export const oneOf =
  (key: string, table: Readonly<Record<string, unknown>>): Rule =>
  (value, draft, name) => {
    const mapped = Object.hasOwn(table, String(value)) ? table[String(value)] : undefined;
    if (mapped === undefined) draft.leave(name, value, `\`${key}\` has no such choice`);
    else draft.set(key, mapped);
  };

/** Left out without a word when it says what is the case here anyway. */
export const unless =
  (usual: unknown, why: string): Rule =>
  (value, draft, name) => {
    if (JSON.stringify(value) !== JSON.stringify(usual)) draft.leave(name, value, why);
  };

export const asMap = (value: unknown): PlainMap => (isMap(value) ? value : {});

/** A share as the percentage `train.warmup` takes: 0.03 → "3%". */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(6))}%`;
