import { parseDocument } from "yaml";
import { t } from "../base/l10n.ts";
import { error, keyOf, placeless, type Diagnostic, type Finding } from "./diagnostic.ts";
import { configSchema } from "./schema.ts";
import { isMap, type PlainMap } from "./schema/view.ts";
import { code } from "./schema/words.ts";
import { checkShape } from "./shape.ts";
import { lostAliases, plainValue } from "./yaml.ts";

/** Names no key can have: they would reach the prototype of a map. */
const FORBIDDEN = new Set(["__proto__", "prototype", "constructor"]);

/** One `--set key=value`, read. */
export interface Override {
  path: string[];
  value: unknown;
}

/**
 * Reads `key=value` texts: the key dotted (`train.learning_rate`), the value as YAML (`1e-4`, `true`, `null`, `[a, b]`, `{text: body}`).
 * Each is checked by itself with the sentences a file gets; those with errors are left out.
 */
export function readOverrides(texts: readonly string[]): { overrides: Override[]; diagnostics: Diagnostic[] } {
  const overrides: Override[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const text of texts) {
    const { override, findings } = checkOverride(text);
    if (override) overrides.push(override);
    const shown = text.replace(/=.*$/s, "");
    diagnostics.push(
      ...findings.map((finding) =>
        placeless({ ...finding, message: t("In `--set {0}`: {1}", shown, finding.message) }),
      ),
    );
  }
  return { overrides, diagnostics };
}

/** What is wrong with one `key=value` text. */
export const overrideFindings = (text: string): Finding[] => checkOverride(text).findings;

/** Why one `key=value` text cannot be an override, one sentence; undefined when it can. */
export const overrideProblem = (text: string): string | undefined =>
  checkOverride(text).findings.find(({ severity }) => severity === "error")?.message;

function checkOverride(text: string): { override: Override | undefined; findings: Finding[] } {
  const override = readOverride(text);
  if ("id" in override) return { override: undefined, findings: [override] };
  const findings = checkShape(configSchema, nest(override.path, override.value));
  return { override: findings.length === 0 ? override : undefined, findings };
}

/** A copy of a map with a value put in at a path; maps along the way are copied or made. */
export function withValue(map: PlainMap, [name, ...rest]: readonly string[], value: unknown): PlainMap {
  if (name === undefined) return map;
  const own = Object.hasOwn(map, name) ? map[name] : undefined;
  const merged = isMap(value) && isMap(own) ? { ...own, ...value } : value;
  return { ...map, [name]: rest.length === 0 ? merged : withValue(isMap(own) ? own : {}, rest, value) };
}

function readOverride(text: string) {
  const equals = text.indexOf("=");
  if (equals < 1)
    return error("C62", [], t("{0} is not of the form key=value, such as `train.learning_rate=1e-4`.", code(text)));
  const path = text.slice(0, equals).trim().split(".");
  if (path.some((step) => step === "" || FORBIDDEN.has(step))) {
    return error("C01", path, t("{0} is not a key. Keys look like `train.learning_rate`.", code(keyOf(path))));
  }
  const document = parseDocument(text.slice(equals + 1), { version: "1.2", schema: "core", prettyErrors: false });
  const [problem] = document.errors;
  if (problem) return error("C00", path, t("the value is not YAML: {0}.", problem.message));
  const value = plainValue(document);
  if (value instanceof Error || lostAliases(document).length > 0) {
    return error(
      "C00",
      path,
      t("the value has aliases (`*name`) that stand for nothing, or for too much. Write it out."),
    );
  }
  return { path, value };
}

const nest = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
