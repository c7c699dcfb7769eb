import type { Path } from "../path.ts";
import type { ConfigEdit } from "./fix.ts";

type Plain = unknown;
type PlainMap = Record<string, Plain>;

/** What a change means, on plain values: the measure of what is done to the text. Undefined where it has no meaning. */
export function withEdit(value: Plain, edit: Exclude<ConfigEdit, { kind: "replace" }>): Plain {
  switch (edit.kind) {
    case "set":
      return withSet(value, edit.path, edit.value);
    case "remove":
      return withoutEntry(value, edit.path);
    case "move": {
      const moved = entryAt(value, edit.path);
      const rest = withoutEntry(value, edit.path);
      if (moved === undefined || entryAt(rest, edit.to) !== undefined) return undefined;
      return withSet(rest, edit.to, "value" in edit ? edit.value : moved);
    }
  }
}

const isPlainMap = (value: Plain): value is PlainMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function entryAt(value: Plain, path: Path): Plain {
  let inner = value;
  for (const name of path) {
    if (Array.isArray(inner) ? typeof name !== "number" : !isPlainMap(inner) || !Object.hasOwn(inner, name))
      return undefined;
    inner = (inner as PlainMap)[name];
  }
  return inner;
}

function withSet(value: Plain, [name, ...rest]: Path, put: Plain): Plain {
  if (name === undefined) return put;
  if (Array.isArray(value)) {
    if (typeof name !== "number" || name > value.length) return undefined;
    const inner = withSet(value[name], rest, put);
    return inner === undefined ? undefined : value.toSpliced(name, 1, inner);
  }
  const map = value ?? {};
  if (!isPlainMap(map)) return undefined;
  const inner = withSet(Object.hasOwn(map, name) ? map[name] : undefined, rest, put);
  return inner === undefined ? undefined : { ...map, [name]: inner };
}

/** Without an entry and without the groups that are empty then; undefined where there is no such entry. */
function withoutEntry(value: Plain, path: Path): Plain {
  if (entryAt(value, path) === undefined) return undefined;
  let depth = path.length - 1;
  while (depth > 0 && sizeOf(entryAt(value, path.slice(0, depth))) === 1) depth--;
  return without(value, path.slice(0, depth + 1));
}

const sizeOf = (value: Plain): number => (Array.isArray(value) ? value.length : Object.keys(value as object).length);

function without(value: Plain, [name, ...rest]: Path): Plain {
  if (rest.length > 0) {
    const inner = without((value as PlainMap)[name!], rest);
    return Array.isArray(value)
      ? value.toSpliced(name as number, 1, inner)
      : { ...(value as PlainMap), [name!]: inner };
  }
  if (Array.isArray(value)) return value.toSpliced(name as number, 1);
  const { [String(name)]: _gone, ...others } = value as PlainMap;
  return others;
}
