import { fillDependent, fillFixed } from "./defaults.ts";
import { hasErrors, placeless, type Diagnostic, type Finding, type Path } from "./diagnostic.ts";
import { readOverrides, withValue } from "./overrides.ts";
import { checkRules } from "./rules.ts";
import { configSchema, NOT_FOR_SCRIPT, resolvedSchema, resolvedScriptSchema } from "./schema.ts";
import { TASKS } from "./schema/subject.ts";
import { isMap, variantsOf, view, type PlainMap, type SchemaView } from "./schema/view.ts";
import { checkShape } from "./shape.ts";
import type { AnyResolvedConfig, Origin, Origins } from "./types.ts";

export interface ResolveOptions {
  /** `key=value` texts (`--set`), later ones win. */
  overrides?: readonly string[];
  /** Resolved config of the run that is forked: lies under the file's values and overrides. */
  parent?: AnyResolvedConfig;
  /** The file could not be read to its end, so that nothing is said of what it lacks. */
  isBroken?: boolean;
  /** Gives a finding its place in the file; without it findings have none. */
  place?: (finding: Finding) => Diagnostic;
  /** What is written without quotes at a path, so that a hint can repeat it. */
  wordAt?: (path: Path) => string | undefined;
}

export interface Resolution {
  /** Undefined when an error stands in `diagnostics`. */
  config: AnyResolvedConfig | undefined;
  /**
   * The same with everything that is wrong left out, so that what is right can be checked: what must be written and is not
   * is an empty text. Undefined when not even the task is known.
   */
  healthy: AnyResolvedConfig | undefined;
  origins: Origins;
  diagnostics: Diagnostic[];
}

/**
 * Makes the config a trainer gets: parent, then file, then overrides, then defaults for what is left.
 * `value` is the plain content of a config file (`parseConfig`), `{}` for a fork without one.
 */
export function resolveConfig(value: unknown, options: ResolveOptions = {}): Resolution {
  const { parent, isBroken = false, place = placeless } = options;
  const written: PlainMap = isMap(value) ? value : {};
  const { overrides, diagnostics: overrideDiagnostics } = readOverrides(options.overrides ?? []);
  const layers: [Origin, PlainMap][] = [
    ["parent", isMap(parent) ? parent : {}],
    ["file", written],
    ["override", overrides.reduce<PlainMap>((map, override) => withValue(map, override.path, override.value), {})],
  ];
  const merged = layers.reduce<PlainMap>((below, [, layer]) => mergeMaps(below, layer), {});
  const findings = [...checkShape(configSchema, written, options.wordAt), ...(isBroken ? [] : checkRules(merged))];
  const diagnostics = [...findings.map(place), ...overrideDiagnostics];
  if (!isBroken && !hasErrors(diagnostics)) {
    const config = filled(merged);
    return { config, healthy: config, origins: originsOf(config, layers), diagnostics };
  }
  const broken = findings.filter(({ severity }) => severity === "error").map(({ path }) => path.map(String));
  const sound = layers.map(([origin, layer]): [Origin, PlainMap] => [origin, withoutPaths(layer, broken)]);
  const healthy = healthyConfig(sound.reduce<PlainMap>((below, [, layer]) => mergeMaps(below, layer), {}));
  return { config: undefined, healthy, origins: healthy ? originsOf(healthy, sound) : {}, diagnostics };
}

/** What can be made of the sound parts of a config. */
function healthyConfig(sound: PlainMap): AnyResolvedConfig | undefined {
  if (!TASKS.some((task) => task === sound["task"])) return undefined;
  const isScript = sound["task"] === "script";
  const stray = isScript ? NOT_FOR_SCRIPT : ["script"];
  const own = Object.fromEntries(Object.entries(sound).filter(([name]) => !stray.includes(name)));
  return filled(isScript ? own : mergeMaps(REQUIRED, own));
}

const REQUIRED: PlainMap = { model: { name_or_path: "" }, data: { train: "" } };

/** A map without what stands at some paths; a list that has a broken entry goes as a whole, for its other entries lose their places. */
export function withoutPaths(map: PlainMap, paths: readonly (readonly string[])[]): PlainMap {
  const kept = Object.entries(map).flatMap(([name, value]): [string, unknown][] => {
    const inner = paths.filter(([first]) => first === name).map((path) => path.slice(1));
    if (inner.length === 0) return [[name, value]];
    if (inner.some((path) => path.length === 0) || !isMap(value)) return [];
    return [[name, withoutPaths(value, inner)]];
  });
  return Object.fromEntries(kept);
}

/** The merged layers with defaults; groups the task does not have are gone. */
function filled(merged: PlainMap): AnyResolvedConfig {
  const isScript = merged["task"] === "script";
  const groups = Object.entries(structuredClone(merged)).filter(
    ([name]) => !(isScript ? NOT_FOR_SCRIPT : ["script"]).includes(name),
  );
  const config: PlainMap = Object.fromEntries(groups);
  const schema = isScript ? resolvedScriptSchema : resolvedSchema;
  fillFixed(view(schema), config);
  // Now every key with a default of its own is there, and checkShape and checkRules found the others right.
  fillDependent(config as unknown as AnyResolvedConfig);
  return inSchemaOrder(view(schema), config) as unknown as AnyResolvedConfig;
}

/** The same values with their keys in the order of the schema, at every depth. */
function inSchemaOrder(schema: SchemaView, config: PlainMap): PlainMap {
  const { properties } = schema;
  if (!properties) return config;
  const known = Object.keys(properties).filter((name) => name in config);
  return Object.fromEntries(
    known.map((name) => {
      const value = config[name];
      const map = variantsOf(properties[name]!).find((variant) => variant.properties);
      return [name, map && isMap(value) ? inSchemaOrder(map, value) : value];
    }),
  );
}

/** `above` over `below`: maps are merged at every depth, anything else is replaced; an empty group (`train:`) changes nothing. */
function mergeMaps(below: PlainMap, above: PlainMap): PlainMap {
  const merged = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const under = merged[name];
    if (isMap(value) && isMap(under)) merged[name] = mergeMaps(under, value);
    else if (!(value === null && isMap(under))) merged[name] = value;
  }
  return merged;
}

/** Origin of each leaf: the topmost layer that has it. A list is one value. */
function originsOf(config: AnyResolvedConfig, layers: readonly [Origin, PlainMap][]): Origins {
  const origins: Origins = {};
  for (const path of leaves(config)) {
    const layer = layers.findLast(([, map]) => hasPath(map, path));
    origins[path.join(".")] = layer?.[0] ?? "default";
  }
  return origins;
}

function leaves(map: object, path: string[] = []): string[][] {
  return Object.entries(map).flatMap(([name, value]) =>
    isMap(value) && Object.keys(value).length > 0 ? leaves(value, [...path, name]) : [[...path, name]],
  );
}

function hasPath(map: PlainMap, path: readonly string[]): boolean {
  let value: unknown = map;
  for (const step of path) {
    if (!isMap(value) || !Object.hasOwn(value, step)) return false;
    value = value[step];
  }
  return true;
}
