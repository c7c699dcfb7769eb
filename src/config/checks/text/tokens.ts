import { isMap, isScalar, isSeq, type Scalar } from "yaml";
import type { ConfigEdit } from "../../edit/fix.ts";
import type { Path } from "../../path.ts";
import { recordValues, variantsOf, type SchemaView } from "../../schema/view.ts";

/** A value that is written without quotes. */
export interface Token {
  readonly path: Path;
  /** As it stands in the file. */
  readonly text: string;
  readonly value: unknown;
  readonly range: readonly [number, number];
}

/** Every value without quotes in the part of a file that a schema describes; `wanted` says under which types. */
export function tokensIn(
  schema: SchemaView,
  node: unknown,
  wanted: (schema: SchemaView) => boolean,
  path: Path = [],
): Token[] {
  if (isScalar(node)) {
    const token = tokenOf(node, path);
    return token && wanted(schema) ? [token] : [];
  }
  if (isSeq(node)) {
    const items = variantsOf(schema).find((variant) => variant.type === "array")?.items;
    return items && !hasChoices(schema)
      ? node.items.flatMap((item, index) => tokensIn(items, item, wanted, [...path, index]))
      : [];
  }
  if (!isMap(node)) return [];
  const map = variantsOf(schema).find((variant) => variant.properties ?? recordValues(variant));
  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : "";
    const properties = map?.properties ?? {};
    const inner = Object.hasOwn(properties, name) ? properties[name] : map && recordValues(map);
    return inner ? tokensIn(inner, value, wanted, [...path, name]) : [];
  });
}

function tokenOf(node: Scalar, path: Path): Token | undefined {
  if (node.type !== "PLAIN" || node.source === undefined || !node.range || node.tag !== undefined) return undefined;
  return { path, text: node.source, value: node.value, range: [node.range[0], node.range[1]] };
}

/** Whether some of the values are named one by one. */
const hasChoices = (schema: SchemaView): boolean =>
  variantsOf(schema).some((variant) => variant.enum !== undefined || variant.const !== undefined);

/** Whether any text will do. */
export const isFreeText = (schema: SchemaView): boolean =>
  !hasChoices(schema) &&
  variantsOf(schema).some((variant) => variant.type === "string" && variant.pattern === undefined);

/** The change that writes a value otherwise and leaves what surrounds it. */
export const rewrite = ({ range: [start, end] }: Token, text: string): ConfigEdit => ({
  kind: "replace",
  start,
  end,
  text,
});
