import { Scalar, visit, type YAMLError, type YAMLMap } from "yaml";
import { isDeepStrictEqual } from "node:util";
import { t } from "../base/l10n.ts";
import { error, type Finding } from "./diagnostic.ts";
import { applyTextEdits } from "./edit/draft.ts";
import type { Fix, TextEdit } from "./edit/fix.ts";
import { entryRemoval } from "./edit/remove.ts";
import { startOf, valueOf, type Step } from "./edit/tree.ts";
import { code } from "./schema/words.ts";
import { plainValue, readYaml, type YamlText } from "./yaml.ts";

/** The finding (C00) for a problem the YAML reader tells of. */
export function problemFinding(problem: YAMLError, yaml: YamlText): Finding {
  const severity = problem.name === "YAMLWarning" ? "warning" : "error";
  return { ...error("C00", [], sentence(problem, yaml), { fixes: fixes(problem, yaml) }), severity };
}

function sentence(problem: YAMLError, yaml: YamlText): string {
  const { source } = yaml;
  const quote = openQuote(problem, yaml);
  if (quote) return t("The quote ({0}) that opens here is never closed.", source.charAt(startOf(quote)));
  switch (problem.code) {
    case "DUPLICATE_KEY":
      return t("The key {0} stands twice in the same map. Keep one of them.", code(wordAt(source, problem.pos[0])));
    case "MULTIPLE_DOCS":
      return t("A second YAML document starts here (`---`). One file holds one config.");
    case "TAB_AS_INDENT":
      return t("A tab is used as indentation here. YAML takes spaces only.");
    case "RESOURCE_EXHAUSTION":
      return t("The file is nested too deeply to be read.");
    default:
      return t("This is not YAML: {0}.", decapitalise(problem.message));
  }
}

const wordAt = (source: string, offset: number): string =>
  /^[^\s:,}\]]*/.exec(source.slice(offset, offset + 200))?.[0] ?? "";

const decapitalise = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");

/**
 * The place of a YAML problem: of a duplicate key and a second document the word, of a quote that is never closed the line
 * it opens in, of others what the parser says.
 */
export function problemRange(problem: YAMLError, yaml: YamlText): [number, number] {
  const { source } = yaml;
  const quote = openQuote(problem, yaml);
  if (quote) return [startOf(quote), startOf(quote) + /^.*/.exec(source.slice(startOf(quote)))![0].trimEnd().length];
  const [start, end] = problem.pos;
  if (problem.code === "DUPLICATE_KEY") return [start, start + wordAt(source, start).length];
  if (problem.code === "MULTIPLE_DOCS") return [start, start + Math.max(1, wordAt(source, start).length)];
  return [start, Math.min(end, source.length)];
}

/** The text whose closing quote is missing; the reader says so where it stopped looking for it. */
function openQuote({ code: kind, message, pos }: YAMLError, { document }: YamlText): Scalar | undefined {
  if (kind !== "MISSING_CHAR" || !message.includes("quote")) return undefined;
  let found: Scalar | undefined;
  visit(document, {
    Scalar(_key, scalar) {
      if (!scalar.type?.startsWith("QUOTE") || scalar.range?.[1] !== pos[0]) return undefined;
      found = scalar;
      return visit.BREAK;
    },
  });
  return found;
}

function fixes(problem: YAMLError, yaml: YamlText): Fix[] {
  if (problem.code === "DUPLICATE_KEY") return duplicateFixes(yaml, problem.pos[0]);
  // Tabs are told of under several names, by what the reader expected where they stand.
  return /^[ ]*\t/m.test(yaml.source) && /\btab/i.test(problem.message) ? spacesForTabs(yaml.source) : [];
}

/** Of a key that stands twice one goes; it does not matter which when both say the same. */
function duplicateFixes(yaml: YamlText, offset: number): Fix[] {
  const pair = duplicateAt(yaml, offset);
  if (!pair) return [];
  const { earlier, later } = pair;
  const plain = (step: Step): unknown => plainValue(yaml.document, valueOf(step) ?? new Scalar(null));
  const [first, last] = [plain(earlier), plain(later)];
  const isSame = !(first instanceof Error) && isDeepStrictEqual(first, last);
  const removal = (title: string, step: Step, safe: boolean): Fix[] => {
    const edits = entryRemoval(yaml, step);
    return edits ? [{ title, safe, edits: edits.map((edit) => ({ kind: "replace", ...edit })) }] : [];
  };
  const second = removal(t("Remove the second one"), later, isSame);
  return isSame ? second : [...second, ...removal(t("Remove the first one"), earlier, false)];
}

function duplicateAt({ document }: YamlText, offset: number): { earlier: Step; later: Step } | undefined {
  let found: { earlier: Step; later: Step } | undefined;
  visit(document, {
    Map(_key, container) {
      const index = container.items.findIndex(({ key }) => isNode(key) && startOf(key) === offset);
      if (index < 0) return undefined;
      const name = nameOf(container, index);
      const first = container.items.findIndex((_item, other) => nameOf(container, other) === name);
      if (first < index) found = { earlier: { container, index: first }, later: { container, index } };
      return visit.BREAK;
    },
  });
  return found;
}

const isNode = (key: unknown): key is Parameters<typeof startOf>[0] =>
  typeof key === "object" && key !== null && "range" in key && Array.isArray(key.range);

const nameOf = (container: YAMLMap, index: number): string => String(container.items[index]!.key);

/** A text of more than this is not mended while it is read. */
const LARGE_CHARACTERS = 200_000;

/** Two spaces for each tab at the start of a line. */
function spacesForTabs(source: string): Fix[] {
  if (source.length > LARGE_CHARACTERS) return [];
  const edits = [...source.matchAll(/^[ \t]*\t[ \t]*/gm)].map(({ 0: gap, index }): TextEdit => ({
    start: index,
    end: index + gap.length,
    text: gap.replaceAll("\t", "  "),
  }));
  const { errors } = readYaml(applyTextEdits(source, edits));
  if (errors.some(({ message }) => /\btab/i.test(message))) return [];
  const changes = edits.map((edit) => ({ kind: "replace" as const, ...edit }));
  return [{ title: t("Write two spaces for each tab"), safe: errors.length === 0, edits: changes }];
}
