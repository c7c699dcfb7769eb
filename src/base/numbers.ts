/** A number as JSON can carry it: finite numbers as they are, NaN and ±Infinity as strings. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** Encodes one number for JSON without losing NaN or an infinity. */
export function toJsonNumber(value: number): JsonNumber {
  return Number.isFinite(value) ? value : (String(value) as JsonNumber);
}

/** Reads what `toJsonNumber` wrote (also the spellings Python's `json` writes); undefined when it is no number. */
export function fromJsonNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  switch (value) {
    case "NaN":
    case "nan":
      return Number.NaN;
    case "Infinity":
    case "inf":
      return Number.POSITIVE_INFINITY;
    case "-Infinity":
    case "-inf":
      return Number.NEGATIVE_INFINITY;
    default:
      return undefined;
  }
}

/** `JSON.stringify` replacer that keeps NaN and infinities as strings at any depth. */
export function jsonReplacer(_key: string, value: unknown): unknown {
  return typeof value === "number" ? toJsonNumber(value) : value;
}
