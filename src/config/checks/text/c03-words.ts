import { t } from "../../../base/l10n.ts";
import { warning, type Finding } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import { configSchema } from "../../schema.ts";
import { code } from "../../schema/words.ts";
import { view } from "../../schema/view.ts";
import type { Check, CheckContext, ScriptContext } from "../check.ts";
import { isFreeText, rewrite, tokensIn, type Token } from "./tokens.ts";

/** C03: words without quotes that YAML 1.1 and 1.2 read differently, where a text may stand. */
export const c03: Check = {
  id: "C03",
  severity: "warning",
  title: "a word without quotes that YAML 1.1 and 1.2 read differently (`no`, `010`, `1_000`, `12:30:45`)",
  why: "A label `no` is a text here and false in Python, so that predictions and labels no longer match.",
  run: findSplit,
  runScript: findSplit,
};

function findSplit({ parsed }: CheckContext | ScriptContext): Finding[] {
  if (!parsed) return [];
  return tokensIn(view(configSchema), parsed.document.contents, isFreeText).flatMap((token) => {
    const reading = splitReading(token.text);
    const isSame = reading?.value !== null && reading?.value === String(token.value);
    return reading && !isSame ? [finding(token, reading)] : [];
  });
}

/** What YAML 1.1 (PyYAML's resolver) takes a word for. `value` is how the same is written for both, null where it cannot be. */
interface Reading {
  readonly kind: "boolean" | "number" | "text" | "date";
  readonly value: string | null;
}

function splitReading(text: string): Reading | undefined {
  if (/^(?:yes|Yes|YES|on|On|ON)$/.test(text)) return { kind: "boolean", value: "true" };
  if (/^(?:no|No|NO|off|Off|OFF)$/.test(text)) return { kind: "boolean", value: "false" };
  if (/^[-+]?0[0-7_]+$/.test(text)) return number(Number.parseInt(digits(text), 8));
  if (/^[-+]?(?:0\d+|0o[0-7]+)$/.test(text)) return { kind: "text", value: null };
  if (/^[-+]?0b[01_]+$/.test(text)) return number(Number.parseInt(digits(text).replace("0b", ""), 2));
  if (/^[-+]?[1-9]\d*_[\d_]*$/.test(text)) return number(Number(digits(text)));
  if (/^[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?$/.test(text) && text.includes("_")) return number(Number(digits(text)));
  if (/^[-+]?(?:[1-9][\d_]*(?::[0-5]?\d)+|\d[\d_]*(?::[0-5]?\d)+\.[\d_]*)$/.test(text)) return number(sixties(text));
  if (/^\d{4}-\d\d-\d\d$/.test(text) || /^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d/.test(text)) {
    return { kind: "date", value: null };
  }
  return undefined;
}

const number = (value: number): Reading => ({ kind: "number", value: String(value) });
const digits = (text: string): string => text.replaceAll("_", "");

/** `12:30:45` as YAML 1.1 counts it: digits to the base of 60. */
function sixties(text: string): number {
  const total = digits(text)
    .replace(/^[-+]/, "")
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0);
  return text.startsWith("-") ? -total : total;
}

function finding(token: Token, reading: Reading): Finding {
  const quoted = JSON.stringify(token.text);
  const isText = typeof token.value === "string";
  const takesMore = token.path[0] === "script" && reading.value !== null && /boolean|number/.test(reading.kind);
  // A text stays what it is in quotes; only where a parameter may be something else it may have been meant to be that.
  const quote: Fix = {
    title: t("Put it in quotes: {0}", code(quoted)),
    safe: isText && !(takesMore && reading.kind === "boolean"),
    edits: [rewrite(token, quoted)],
  };
  const others = isText ? (takesMore ? [reading.value!] : []) : [String(token.value)];
  const fixes = [
    quote,
    ...others.map((value) => ({ title: t("Write {0}", code(value)), safe: false, edits: [rewrite(token, value)] })),
  ];
  return warning("C03", token.path, sentence(token, reading, isText, quoted), { fixes });
}

function sentence({ text, value }: Token, reading: Reading, isText: boolean, quoted: string): string {
  const word = code(text);
  if (reading.kind === "date") {
    return t("{0} is a text here, but a date for readers of YAML 1.1 such as PyYAML. Write {1}.", word, code(quoted));
  }
  if (reading.kind === "text") {
    return t(
      "{0} is the number {1} here, but a text for readers of YAML 1.1 such as PyYAML. Write {2} or {1}.",
      word,
      String(value),
      code(quoted),
    );
  }
  return isText
    ? t(
        "{0} is a text here, but {1} for readers of YAML 1.1 such as PyYAML. Write {2}.",
        word,
        reading.value!,
        code(quoted),
      )
    : t(
        "{0} is the number {1} here, but {2} for readers of YAML 1.1 such as PyYAML. Write {3} or {1}.",
        word,
        String(value),
        reading.value!,
        code(quoted),
      );
}
