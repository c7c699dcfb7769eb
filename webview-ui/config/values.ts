import { formatHyperparameter, MISSING } from "../../src/base/format.ts";

/** A value as a config file would have it, on one line: `2e-4`, `null`, `[f1_macro, accuracy]`; a dash for none. */
export function valueText(value: unknown): string {
  if (value === undefined) return MISSING;
  if (typeof value === "number") return formatHyperparameter(value);
  if (typeof value === "string") return textValue(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${valueText(inner)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

/** Quotes where the file needs them, so that `"6"` and 6 look different. */
function textValue(value: string): string {
  const isOther =
    value.trim() !== value || value === "" || /^(?:null|true|false|~)$/i.test(value) || /["\n]/.test(value);
  return isOther || !Number.isNaN(Number(value)) ? JSON.stringify(value) : value;
}
