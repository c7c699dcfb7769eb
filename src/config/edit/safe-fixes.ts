import type { Path } from "../path.ts";
import type { YamlText } from "../yaml.ts";
import { Draft } from "./draft.ts";
import type { ConfigEdit, Fix, TextEdit } from "./fix.ts";
import { make } from "./text-edits.ts";

/** What is done by making every safe fix that can be made in one pass. */
export interface SafeFixes<D> {
  /** In the order of the text, without overlaps. */
  readonly edits: TextEdit[];
  /** The fixes that were made, and what they mend. */
  readonly made: { readonly diagnostic: D; readonly fix: Fix }[];
}

/**
 * Makes the first safe fix of each diagnostic. Of two that touch the same key only the first is made; checking what comes of
 * it tells whether the other is still needed.
 */
export function safeFixes<D extends { readonly fixes: readonly Fix[] }>(
  yaml: YamlText,
  diagnostics: readonly D[],
): SafeFixes<D> {
  const draft = new Draft({ source: yaml.source, document: yaml.document });
  const touched: Path[] = [];
  const made: SafeFixes<D>["made"] = [];
  for (const diagnostic of diagnostics) {
    const fix = safeFixOf(diagnostic);
    const paths = fix?.edits.flatMap(pathsOf) ?? [];
    if (!fix || paths.some((path) => touched.some((other) => isOnOneWay(path, other)))) continue;
    if (!draft.attempt(() => fix.edits.every((edit) => make(draft, edit)))) continue;
    touched.push(...paths);
    made.push({ diagnostic, fix });
  }
  return { edits: draft.edits(), made };
}

const safeFixOf = ({ fixes }: { readonly fixes: readonly Fix[] }): Fix | undefined => fixes.find(({ safe }) => safe);

/** The same findings; fixes that would give a key different values are not safe, for a person has to say which. */
export function withoutDisputes<D extends { readonly fixes: readonly Fix[] }>(
  yaml: YamlText,
  diagnostics: readonly D[],
): D[] {
  const disputed = disputedKeys(yaml, diagnostics);
  if (disputed.size === 0) return [...diagnostics];
  const isDisputed = ({ edits }: Fix): boolean => edits.flatMap(pathsOf).some((path) => disputed.has(path.join(".")));
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    fixes: diagnostic.fixes.map((fix) => (fix.safe && isDisputed(fix) ? { ...fix, safe: false } : fix)),
  }));
}

/** Keys that several safe fixes would write, with different values. */
function disputedKeys({ document }: YamlText, diagnostics: readonly { readonly fixes: readonly Fix[] }[]): Set<string> {
  const values = new Map<string, string>();
  const disputed = new Set<string>();
  for (const edit of diagnostics.flatMap((diagnostic) => safeFixOf(diagnostic)?.edits ?? [])) {
    if (edit.kind !== "set" && edit.kind !== "move") continue;
    const key = (edit.kind === "set" ? edit.path : edit.to).join(".");
    const value = JSON.stringify("value" in edit ? edit.value : (document.getIn(edit.path) ?? null));
    if ((values.get(key) ?? value) !== value) disputed.add(key);
    values.set(key, value);
  }
  return disputed;
}

function pathsOf(edit: ConfigEdit): Path[] {
  if (edit.kind === "replace") return [];
  return edit.kind === "move" ? [edit.path, edit.to] : [edit.path];
}

/** Whether one of the paths leads through the other. */
const isOnOneWay = (a: Path, b: Path): boolean =>
  a.slice(0, b.length).every((name, depth) => String(name) === String(b[depth]));
