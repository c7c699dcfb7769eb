import type { ResolvedScriptConfig } from "../types.ts";

/** What `${…}` in `script.args`, `script.command` and `script.checkpoints` may name beside `params.<name>`. */
export const RUN_PLACEHOLDERS = [
  "run.id",
  "run.name",
  "run.seed",
  "run.dir",
  "run.output_dir",
  "run.resume_from",
] as const;

export type RunValues = Record<(typeof RUN_PLACEHOLDERS)[number], string>;

const PLACEHOLDER = /\$\{([^{}]*)\}/g;

/** Everything that can be named, without the braces. */
export const knownPlaceholders = (params: ResolvedScriptConfig["script"]["params"]): string[] => [
  ...Object.keys(params).map((name) => `params.${name}`),
  ...RUN_PLACEHOLDERS,
];

/** The names in `${…}` of a text. */
export const placeholdersIn = (text: string): string[] =>
  [...text.matchAll(PLACEHOLDER)].map(([, name]) => name!.trim());

/** A text with its `${…}` filled in; a parameter that is null becomes empty, and a name that nothing has stays as it is. */
export function fillIn(text: string, params: ResolvedScriptConfig["script"]["params"], run: RunValues): string {
  const named = Object.entries(params).map(([name, value]) => [`params.${name}`, String(value ?? "")] as const);
  const values = new Map<string, string>([...Object.entries(run), ...named]);
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => values.get(name.trim()) ?? whole);
}
