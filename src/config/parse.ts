import { visit, type Alias, type Document } from "yaml";
import { formatCount } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import { error, type Diagnostic } from "./diagnostic.ts";
import { createLocator, type Locator } from "./locate.ts";
import { isMap } from "./schema/view.ts";
import { code } from "./schema/words.ts";
import { plainValue, readYaml, type YamlText } from "./yaml.ts";
import { problemFinding, problemRange } from "./yaml-problems.ts";

/** A config file read as YAML 1.2 (core schema). `source` is the file's text without a byte order mark. */
export interface ParsedConfig extends Locator, YamlText {
  readonly file: string;
  readonly document: Document;
  /** The file's content as plain values, as far as it could be read; undefined when it is not one map. */
  readonly value: Record<string, unknown> | undefined;
  /** It is not whole YAML: what seems to be missing may stand in the part that could not be read. */
  readonly isBroken: boolean;
  /** C00: why it is not one YAML map. */
  readonly diagnostics: readonly Diagnostic[];
}

/** More than these help nobody, and a file that is no text at all has one in each line. */
const MOST_PROBLEMS = 50;

/** A config has a few kilobytes; a long list of labels may have some hundred. */
const MOST_CHARACTERS = 1_000_000;

/** Parses the text of a config file. Never throws; what is wrong stands in `diagnostics`. */
export function parseConfig(text: string, file: string): ParsedConfig {
  // Editors hide a byte order mark, so columns are counted without it.
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (source.length > MOST_CHARACTERS) return tooLarge(source, file);
  const document = readYaml(source);
  const locator = createLocator(source, document);
  const problems = [...document.errors, ...document.warnings].slice(0, MOST_PROBLEMS);
  const diagnostics = problems.map((problem) =>
    locator.placeAt(problemFinding(problem, { source, document }), ...problemRange(problem, source)),
  );
  const isBroken = document.errors.length > 0;
  const value = plainValue(document);
  // What is wrong with a broken file was said; the rest of it still gets its checks.
  const lost = isBroken ? undefined : aliasWithoutAnchor(document);
  if (lost) {
    const message = t(
      "The alias {0} leads nowhere: no {1} stands before it.",
      code(`*${lost.source}`),
      code(`&${lost.source}`),
    );
    diagnostics.push(locator.placeAt(error("C00", [], message), lost.range![0], lost.range![1]));
  }
  const sentence = isBroken || lost ? undefined : contentProblem(value);
  if (sentence !== undefined) diagnostics.push(locator.place(error("C00", [], sentence)));
  const map = isMap(value) && !(value instanceof Error) ? value : undefined;
  return { file, source, document, diagnostics, isBroken, ...locator, value: map };
}

/** The first alias whose anchor does not stand before it. */
function aliasWithoutAnchor(document: Document): Alias | undefined {
  const anchors = new Set<string>();
  let lost: Alias | undefined;
  visit(document, {
    Value(_key, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias(_key, alias) {
      if (anchors.has(alias.source)) return undefined;
      lost = alias;
      return visit.BREAK;
    },
  });
  return lost;
}

/** A file that is not even read: what is wrong with it is its size. */
function tooLarge(source: string, file: string): ParsedConfig {
  const document = readYaml("");
  const locator = createLocator(source, document);
  const message = t(
    "The file has {0} characters, more than the {1} that a config may have. Is it a data file?",
    formatCount(source.length),
    formatCount(MOST_CHARACTERS),
  );
  const diagnostics = [locator.place(error("C00", [], message))];
  return { file, source, document, diagnostics, isBroken: true, ...locator, value: undefined };
}

/** Why the content of whole YAML is not that of a config; undefined when it may be. */
function contentProblem(value: unknown): string | undefined {
  if (value instanceof Error) {
    return t("The aliases (`*name`) of this file expand to too many values. Write them out where they are needed.");
  }
  if (value === null || value === undefined) {
    return t("The file is empty. A config starts with `version: 1` and `task:`.");
  }
  if (isMap(value)) return undefined;
  return t("A config is a map of keys to values, starting with `version: 1` and `task:`.");
}
