import { LineCounter, parseDocument, type Document, type YAMLError } from "yaml";
import { error, type Diagnostic, type Finding } from "./diagnostic.ts";
import { createLocator, type Locator } from "./locate.ts";
import { isMap } from "./schema/view.ts";

/** A config file read as YAML 1.2 (core schema). */
export interface ParsedConfig extends Locator {
  file: string;
  document: Document;
  /** The text that was parsed: the file's without a byte order mark. Offsets count in it. */
  source: string;
  /** The file's content as plain values, as far as it could be read; undefined when it is not one map. */
  value: Record<string, unknown> | undefined;
  /** It is not whole YAML: what seems to be missing may stand in the part that could not be read. */
  isBroken: boolean;
  /** C00: why it is not one YAML map. */
  diagnostics: Diagnostic[];
}

/** Parses the text of a config file. Never throws; what is wrong stands in `diagnostics`. */
export function parseConfig(text: string, file: string): ParsedConfig {
  // Editors hide a byte order mark, so columns are counted without it.
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const lineCounter = new LineCounter();
  const document: Document = parseDocument(source, {
    version: "1.2",
    schema: "core",
    lineCounter,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
  });
  const locator = createLocator(source, document, lineCounter);
  const diagnostics = [...document.errors, ...document.warnings].map((problem) => {
    const finding = yamlFinding(problem, source);
    return locator.placeAt(finding, ...rangeOf(problem, source));
  });
  const parsed = { file, source, document, diagnostics, isBroken: document.errors.length > 0, ...locator };
  const value = plainValue(document);
  if (parsed.isBroken) {
    // What is wrong was said; the rest of the file still gets its checks.
  } else if (value instanceof Error) {
    diagnostics.push(
      locator.place(
        error(
          "C00",
          [],
          "The aliases (`*name`) of this file expand to too many values. Write them out where they are needed.",
        ),
      ),
    );
  } else if (value === null || value === undefined) {
    diagnostics.push(
      locator.place(error("C00", [], "The file is empty. A config starts with `version: 1` and `task:`.")),
    );
  } else if (!isMap(value)) {
    diagnostics.push(
      locator.place(error("C00", [], "A config is a map of keys to values, starting with `version: 1` and `task:`.")),
    );
  }
  return { ...parsed, value: isMap(value) && !(value instanceof Error) ? value : undefined };
}

/** The document as plain values, or the error of aliases that expand without bound. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS();
  } catch (problem) {
    return problem instanceof Error ? problem : new Error(String(problem));
  }
}

function yamlFinding(problem: YAMLError, source: string): Finding {
  const severity = problem.name === "YAMLWarning" ? "warning" : "error";
  return { ...error("C00", [], yamlSentence(problem, source)), severity };
}

function yamlSentence(problem: YAMLError, source: string): string {
  switch (problem.code) {
    case "DUPLICATE_KEY":
      return `The key \`${wordAt(source, problem.pos[0])}\` stands twice in the same map. Keep one of them.`;
    case "MULTIPLE_DOCS":
      return "A second YAML document starts here (`---`). One file holds one config.";
    case "TAB_AS_INDENT":
      return "A tab is used as indentation here. YAML takes spaces only.";
    default:
      return `This is not YAML: ${decapitalise(problem.message)}.`;
  }
}

const wordAt = (source: string, offset: number): string => /^[^\s:,}\]]*/.exec(source.slice(offset))?.[0] ?? "";

const decapitalise = (sentence: string): string =>
  sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "");

/** The place of a YAML problem; a duplicate key and a second document cover the word, others what the parser says. */
function rangeOf(problem: YAMLError, source: string): [number, number] {
  const [start, end] = problem.pos;
  if (problem.code === "DUPLICATE_KEY") return [start, start + wordAt(source, start).length];
  if (problem.code === "MULTIPLE_DOCS") return [start, start + Math.max(1, wordAt(source, start).length)];
  return [start, Math.min(end, source.length)];
}
