/** How a value is written, so that YAML 1.2 and Python's YAML 1.1 reader understand the same. */

const plain = /^[\p{L}_/][\p{L}\p{N}_./@-]*$/u;
const relativePath = /^\.{1,2}\/[\p{L}\p{N}_./@-]*$/u;
/** Words that one of the two takes for something else than text. */
const special = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
/** What JSON leaves as it is and YAML calls not printable, or takes for a line's end. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

/** A text as YAML writes it: bare where that is safe, else in double quotes. */
export function yamlText(text: string): string {
  if ((plain.test(text) || relativePath.test(text)) && !special.test(text)) return text;
  return JSON.stringify(text).replaceAll(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A number: Python reads `1e-5` as text, but `1.0e-5` as the number. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  const isLong = value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e21);
  if (!isLong) return Object.is(value, -0) ? "-0.0" : String(value);
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}e${exponent}`;
}

/** A value on one line: `[a, b]`, `{ r: 8 }`, `"6%"`. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return yamlText(value);
  if (typeof value === "number") return numberText(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, inner]) => `${yamlText(name)}: ${valueText(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
