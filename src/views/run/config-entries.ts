import { isDeepStrictEqual } from "node:util";
import { t } from "../../base/l10n.ts";
import { KEYS } from "../../config/names.ts";
import { toldNotes } from "../../config/schema/told.ts";
import { isMap, type PlainMap } from "../../config/schema/view.ts";
import type { ParsedConfig } from "../../config/parse.ts";
import type { PageConfigEntry } from "../../messages/config-tab.ts";

/** What the entries of a run's config are made from. */
export interface ConfigSides {
  config: PlainMap;
  origins: Record<string, string>;
  /** The file as the run took it. */
  written: ParsedConfig;
  /** What the file resolves to now, and from where; undefined when it cannot be told. */
  now: { config: PlainMap; origins: Record<string, string> } | undefined;
  /** Of a forked run; undefined when it has no parent or that is gone. */
  parent: PlainMap | undefined;
}

const ORIGINS = ["file", "default", "override", "parent"] as const;
const SCHEMAS = new Map(KEYS.map(({ group, name, schema }) => [`${group}.${name}`, schema]));

/** Every value of a run's config with its origin, then what only the file as it is now has. */
export function configEntries({ config, origins, written, now, parent }: ConfigSides): PageConfigEntry[] {
  const own = new Map(leaves(config));
  const ofNow = new Map(now ? leaves(now.config) : []);
  const ofParent = new Map(parent ? leaves(parent) : []);
  const entries = [...own].map(([key, value]): PageConfigEntry => {
    const origin = ORIGINS.find((one) => one === origins[key]) ?? "default";
    const wasOther = parent !== undefined && !isDeepStrictEqual(ofParent.get(key), value);
    return {
      key,
      about: aboutOf(key),
      value,
      origin,
      line: origin === "file" || origin === "parent" ? lineOf(written, key) : null,
      ...(wasOther && ofParent.has(key) ? { parent: ofParent.get(key) } : {}),
      ...(ofNow.has(key) ? { now: ofNow.get(key) } : {}),
      // A default that only this version lacks is nobody's change.
      differs:
        now !== undefined && !isDeepStrictEqual(ofNow.get(key), value) && (ofNow.has(key) || origin !== "default"),
    };
  });
  // Nor is a default that this version added.
  const added = [...ofNow].filter(([key]) => !own.has(key) && now?.origins[key] === "file");
  return inGroups([
    ...entries,
    ...added.map(([key, value]): PageConfigEntry => {
      return { key, about: aboutOf(key), value: null, origin: "none", line: null, now: value, differs: true };
    }),
  ]);
}

/** Keeps the keys of a group together, groups and keys in the order they first came. */
function inGroups(entries: readonly PageConfigEntry[]): PageConfigEntry[] {
  const groups = new Map<string, PageConfigEntry[]>();
  for (const entry of entries) {
    const name = entry.key.includes(".") ? entry.key.slice(0, entry.key.indexOf(".")) : "";
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return [...groups.values()].flat();
}

/** A map of free keys (`data.columns.text`) is about what its key is about. */
function aboutOf(key: string): string {
  const schema = SCHEMAS.get(key) ?? SCHEMAS.get(key.split(".").slice(0, 2).join("."));
  if (!schema) return "";
  const { description, unit } = toldNotes(schema);
  return unit === undefined ? description : t("{0} ({1})", description, unit);
}

/** Values by dotted key; a list is one value, and so is an empty map. */
function leaves(map: PlainMap, before: readonly string[] = []): [string, unknown][] {
  return Object.entries(map).flatMap(([name, value]): [string, unknown][] => {
    const path = [...before, name];
    return isMap(value) && Object.keys(value).length > 0 ? leaves(value, path) : [[path.join("."), value]];
  });
}

/** The line a key is written in; null when it is not. */
function lineOf(written: ParsedConfig, key: string): number | null {
  const path = key.split(".");
  let value: unknown = written.value;
  for (const name of path) {
    if (!isMap(value) || !Object.hasOwn(value, name)) return null;
    value = value[name];
  }
  return written.place({ id: "", severity: "information", message: "", path, at: "key" }).line;
}
