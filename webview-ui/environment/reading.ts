/** Reading of recorded JSON, whose shape is that of whoever wrote it. */

export const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Values by dotted key, without some keys of the first level; lists are one value. */
export function flat(record: Record<string, unknown>, without: readonly string[] = []): [string, unknown][] {
  return Object.entries(record)
    .filter(([key]) => !without.includes(key))
    .flatMap(([key, value]): [string, unknown][] => {
      const inner = flat(recordOf(value));
      return inner.length === 0 ? [[key, value]] : inner.map(([name, one]) => [`${key}.${name}`, one]);
    });
}
