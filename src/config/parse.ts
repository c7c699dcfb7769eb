import type { Document, YAMLParseError, YAMLWarning } from "yaml";
import { formatCount } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import { error, type Diagnostic } from "./diagnostic.ts";
import { createLocator, type Locator } from "./locate.ts";
import type { Path } from "./path.ts";
import { isMap } from "./schema/view.ts";
import { code } from "./schema/words.ts";
import { isSweepFile } from "./sweep/sweep.ts";
import { lostAliases, plainValue, readYaml, type LostAlias, type YamlText } from "./yaml.ts";
import { problemFinding, problemRange } from "./yaml-problems.ts";

/** A config file read as YAML 1.2 (core schema). `source` is the file's text without a byte order mark. */
export interface ParsedConfig extends Locator, YamlText {
  readonly file: string;
  readonly document: Document;
  /** The file's content as plain values, as far as it could be read; undefined when it is not one map. */
  readonly value: Record<string, unknown> | undefined;
  /** It is not whole YAML: what seems to be missing may stand in the part that could not be read. */
  readonly isBroken: boolean;
  /** What aliases that lead nowhere were to stand for. */
  readonly unknown: readonly Path[];
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
  const problems = firstOfEach([...document.errors, ...document.warnings]).slice(0, MOST_PROBLEMS);
  const diagnostics = problems.map((problem) =>
    locator.placeAt(problemFinding(problem, { source, document }), ...problemRange(problem, { source, document })),
  );
  const isBroken = document.errors.length > 0;
  const value = plainValue(document);
  const lost = lostAliases(document);
  // In a broken file an anchor may stand in the part that could not be read.
  const told = lost.filter(({ isCircle }) => isCircle || !isBroken).slice(0, MOST_PROBLEMS);
  for (const { alias, isCircle } of told) {
    const finding = error("C00", [], isCircle ? circleProblem(alias) : aliasProblem(alias));
    diagnostics.push(locator.placeAt(finding, alias.range![0], alias.range![1]));
  }
  const sentence = isBroken || told.length > 0 ? undefined : contentProblem(value, file);
  if (sentence !== undefined) diagnostics.push(locator.place(error("C00", [], sentence)));
  const map = isMap(value) && !(value instanceof Error) ? value : undefined;
  return {
    file,
    source,
    document,
    diagnostics,
    isBroken,
    unknown: lost.map(({ path }) => path),
    ...locator,
    value: map,
  };
}

/** What follows at the same place is a consequence. */
const firstOfEach = (problems: readonly (YAMLParseError | YAMLWarning)[]): (YAMLParseError | YAMLWarning)[] =>
  problems.filter(({ pos }, index) => problems[index - 1]?.pos[0] !== pos[0]);

const aliasProblem = ({ source }: LostAlias["alias"]): string =>
  t("The alias {0} leads nowhere: no {1} stands before it.", code(`*${source}`), code(`&${source}`));

const circleProblem = ({ source }: LostAlias["alias"]): string =>
  t("The alias {0} stands inside of what {1} names, which would have no end.", code(`*${source}`), code(`&${source}`));

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
  return { file, source, document, diagnostics, isBroken: true, unknown: [], ...locator, value: undefined };
}

/** Why the content of whole YAML is not that of a config; undefined when it may be. */
function contentProblem(value: unknown, file: string): string | undefined {
  if (value instanceof Error) {
    return t("The aliases (`*name`) of this file expand to too many values. Write them out where they are needed.");
  }
  if (isMap(value)) return undefined;
  const isEmpty = value === null || value === undefined;
  if (isSweepFile(file)) {
    return isEmpty
      ? t("The file is empty. A sweep starts with `base:`, the config its trials start from, and `method:`.")
      : t("A sweep is a map of keys to values, starting with `base:` and `method:`.");
  }
  if (isEmpty) return t("The file is empty. A config starts with `version: 1` and `task:`.");
  return t("A config is a map of keys to values, starting with `version: 1` and `task:`.");
}
