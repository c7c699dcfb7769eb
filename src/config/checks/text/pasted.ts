import type { Path } from "../../diagnostic.ts";
import { isMap, type PlainMap } from "../../schema/view.ts";

/** A value that stands in a config under some tool's name for it. */
export interface Pasted {
  readonly path: Path;
  /** The name as it is written. */
  readonly written: string;
  /** The same in lower case with underscores, as it is looked for. */
  readonly name: string;
  readonly value: unknown;
}

/** Every plain value at the top of the file, in a group, or among the parameters of a script, in the order of the file. */
export function pastedValues(written: PlainMap): readonly Pasted[] {
  const found = PASTED.get(written) ?? collect(written);
  PASTED.set(written, found);
  return found;
}

/** Several checks look through the same file. */
const PASTED = new WeakMap<PlainMap, readonly Pasted[]>();

const collect = (written: PlainMap): Pasted[] =>
  valuesIn(written, []).flatMap((one) => {
    if (!isMap(one.value)) return [one];
    return valuesIn(one.value, one.path).flatMap((inner) =>
      inner.path.join(".") === "script.params" && isMap(inner.value) ? valuesIn(inner.value, inner.path) : [inner],
    );
  });

const valuesIn = (map: PlainMap, path: Path): Pasted[] =>
  Object.entries(map).map(([written, value]) => ({
    path: [...path, written],
    written,
    name: written.replaceAll("-", "_").toLowerCase(),
    value,
  }));

/** The first value under one of these names (lower case, underscores), wherever it stands. */
export const pasted = (written: PlainMap, ...names: readonly string[]): Pasted | undefined =>
  pastedValues(written).find(({ name }) => names.includes(name));

/** A positive number; undefined for anything else. */
export const positive = (one: Pasted | undefined): number | undefined =>
  typeof one?.value === "number" && one.value > 0 ? one.value : undefined;
