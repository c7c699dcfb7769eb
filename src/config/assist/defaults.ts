import { isMap, type PlainMap } from "../schema/view.ts";
import type { Path } from "../path.ts";
import { resolveConfig } from "../resolve.ts";
import type { AssistDocument } from "./types.ts";

/** The value of a resolved config at a path; undefined when there is none. */
export function valueAt(config: unknown, path: Path): unknown {
  let value = config;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isMap(value) && Object.hasOwn(value, String(step))) value = value[String(step)];
    else return undefined;
  }
  return value;
}

/** What would hold if the value at a path were not written; undefined when that is not known. */
export function presetAt({ kind, config, parsed }: AssistDocument, path: Path): unknown {
  const written: unknown = kind === "config" ? parsed.value : undefined;
  if (valueAt(written, path) === undefined) return valueAt(config, path);
  return valueAt(resolveConfig(without(written, path), { isBroken: true }).healthy, path);
}

function without(value: unknown, [step, ...rest]: Path): unknown {
  if (!isMap(value) || step === undefined) return value;
  const kept: PlainMap = { ...value };
  if (rest.length === 0) delete kept[String(step)];
  else kept[String(step)] = without(kept[String(step)], rest);
  return kept;
}
