import { isScalar, parseDocument, visit, YAMLParseError, type Document, type Node } from "yaml";

/** A text with what it is as YAML. Offsets count in UTF-16 units of `source`. */
export interface YamlText {
  readonly source: string;
  readonly document: Document;
}

/** Reads a text as YAML 1.2 (core schema). What is wrong stands in the document's errors and warnings. */
export function readYaml(source: string): Document {
  const document: Document = parseDocument(source, {
    version: "1.2",
    schema: "core",
    prettyErrors: false,
    strict: true,
    // Compares each key with each other, which a file of many keys makes endless; `repeatedKeys` does not.
    uniqueKeys: false,
    // What is worth saying is said as a finding, not as a warning of the process.
    logLevel: "error",
  });
  document.errors.push(...repeatedKeys(document));
  document.errors.sort((a, b) => a.pos[0] - b.pos[0]);
  return document;
}

/** More than these help nobody. */
const MOST_REPEATED = 50;

/** Keys that stand in their map already. */
function repeatedKeys(document: Document): YAMLParseError[] {
  const errors: YAMLParseError[] = [];
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || !key.range) continue;
        const [start] = (key as Node).range!;
        if (names.has(key.value) && errors.length < MOST_REPEATED) {
          errors.push(new YAMLParseError([start, start + 1], "DUPLICATE_KEY", "Map keys must be unique"));
        }
        names.add(key.value);
      }
    },
  });
  return errors;
}

/**
 * The document, or one node of it, as plain values; an error where there are none: of aliases that expand without bound or
 * lead nowhere.
 */
export function plainValue(document: Document, node?: Node): unknown {
  try {
    return node ? node.toJS(document) : document.toJS();
  } catch (problem) {
    return problem instanceof Error ? problem : new Error(String(problem));
  }
}
