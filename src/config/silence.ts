import { visit, type Document } from "yaml";
import { t } from "../base/l10n.ts";
import type { Tier } from "./checks/check.ts";
import { ALL_CHECKS } from "./checks/index.ts";
import { information, type Diagnostic, type Finding } from "./diagnostic.ts";
import type { Fix } from "./edit/fix.ts";
import type { ParsedConfig } from "./parse.ts";
import { code, joinWords } from "./schema/words.ts";

/** A finding that a comment of the file silences, for the run's record. */
export interface SilencedFinding {
  id: string;
  /** Why, as the comment says; null when it says nothing. */
  reason: string | null;
  /** Line of the comment, 1-based. */
  line: number;
}

/** A comment that silences checks: `# tuning-fork: ignore C34, C35 because …`. */
interface Silence {
  ids: string[];
  reason: string | null;
  /** Line of the comment, 1-based. */
  line: number;
  /** Line it is about; null for the whole file. */
  target: number | null;
  /** The comment from its `#`, as offsets of the text. */
  start: number;
  end: number;
}

/** Errors that end a run in its first second whatever is thought of them. */
const CERTAIN = new Set(["C00", "C01", "C04", "C14", "C15", "C52", "C62", "C63"]);

/** Comments of a file that are read. */
const MOST = 200;

const ID = "C65";
const COMMENT = /#+[ \t]*tuning-fork:[ \t]*ignore\b([^\r\n]*)/gi;
const IDS = /^[ \t]*C\d+(?:[ \t]*(?:,|and|,[ \t]*and)?[ \t]*\bC\d+)*/i;

/** Which findings the comments of a file silence. */
export interface Silencer {
  /** Parts findings from those that are silenced. */
  part(diagnostics: readonly Diagnostic[]): { told: Diagnostic[]; silenced: SilencedFinding[] };
  /**
   * What there is to say about the comments themselves once checks were made: those without a reason, of an unknown id, and
   * those that silence nothing. Of checks that were not made nothing can be said.
   */
  remarks(made: { tiers: readonly Tier[]; skipped: readonly { id: string }[] }): Diagnostic[];
}

/** Reads the comments of a file that silence checks. */
export function createSilencer(parsed: ParsedConfig): Silencer {
  const silences = readSilences(parsed.source, parsed.document);
  const used = new Set<string>();
  const silenceOf = (diagnostic: Diagnostic): Silence | undefined =>
    silences.find((silence) => silence.ids.includes(diagnostic.id) && isAbout(silence, diagnostic));
  return {
    part(diagnostics) {
      const told: Diagnostic[] = [];
      const silenced: SilencedFinding[] = [];
      for (const diagnostic of diagnostics) {
        const silence = silenceOf(diagnostic);
        if (silence) used.add(useOf(silence, diagnostic.id));
        if (silence && canBeSilenced(diagnostic)) {
          silenced.push({ id: diagnostic.id, reason: silence.reason, line: silence.line });
        } else {
          told.push(diagnostic);
        }
      }
      return { told, silenced };
    },
    remarks({ tiers, skipped }) {
      const unsure = (id: string): boolean =>
        skipped.some((one) => one.id === id) ||
        ALL_CHECKS.some((check) => check.id === id && !tiers.includes(check.tier));
      return silences.flatMap((silence) => {
        const { start, end } = silence;
        const isIdle = (id: string): boolean => !unsure(id) && !used.has(useOf(silence, id));
        return remarksOn(silence, isIdle, parsed.source).map((finding) => parsed.placeAt(finding, start, end));
      });
    },
  };
}

const useOf = ({ line }: Silence, id: string): string => `${line} ${id}`;

/** Whether a comment can silence a finding: not an error that ends the run in its first second. */
export const canBeSilenced = ({ id, severity }: Pick<Diagnostic, "id" | "severity">): boolean =>
  severity !== "error" || !CERTAIN.has(id);

function isAbout({ target }: Silence, { line, endLine }: Diagnostic): boolean {
  if (target === null) return true;
  return line !== null && line <= target && target <= (endLine ?? line);
}

function readSilences(source: string, document: Document): Silence[] {
  const found = [...source.matchAll(COMMENT)].slice(0, MOST);
  if (found.length === 0) return [];
  const texts = scalarRanges(document);
  const first = document.contents?.range?.[0] ?? source.length;
  const lines = source.split("\n");
  let line = 1;
  let counted = 0;
  return found.flatMap((match): Silence[] => {
    const start = match.index;
    line += source.slice(counted, start).split("\n").length - 1;
    counted = start;
    // A `#` inside a text is no comment.
    if (texts.some(([from, to]) => from <= start && start < to)) return [];
    const rest = match[1] ?? "";
    const ids = IDS.exec(rest)?.[0] ?? "";
    const reason = rest
      .slice(ids.length)
      .replace(/^[\s:,;–-]*(?:because\b)?[\s:]*/i, "")
      .trim();
    const isAlone = source.slice(source.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
    return [
      {
        ids: (ids.match(/C\d+/gi) ?? []).map((id) => id.toUpperCase()),
        reason: reason === "" ? null : reason,
        line,
        target: isAlone ? (start < first ? null : lineBelow(lines, line)) : line,
        start,
        end: start + match[0].trimEnd().length,
      },
    ];
  });
}

/** Ranges of texts that are written with a `#` in them, or over several lines. */
function scalarRanges(document: Document): [number, number][] {
  const ranges: [number, number][] = [];
  visit(document, {
    Scalar(_key, { range }) {
      if (range) ranges.push([range[0], range[1]]);
    },
  });
  return ranges;
}

/** The next line that is not a comment. */
function lineBelow(lines: readonly string[], line: number): number {
  let below = line;
  while (below < lines.length && /^\s*#/.test(lines[below]!)) below++;
  return below + 1;
}

const known = new Set(ALL_CHECKS.map(({ id }) => id));

function remarksOn(silence: Silence, isIdle: (id: string) => boolean, source: string): Finding[] {
  const { ids, reason } = silence;
  const say = (message: string, fixes: Fix[] = []): Finding => information(ID, [], message, { fixes });
  if (ids.length === 0) {
    return [say(t("This comment names no check. Write the id of one: {0}.", "`# tuning-fork: ignore C34 because …`"))];
  }
  const strange = ids.filter((id) => !known.has(id));
  const idle = ids.filter((id) => known.has(id) && isIdle(id));
  const codes = (some: readonly string[]): string => joinWords(some.map(code), "and");
  return [
    ...(strange.length > 0
      ? [say(t("There is no check {0}.", codes(strange)), [withoutIds(silence, strange, source)])]
      : []),
    ...(idle.length > 0
      ? [say(t("There is no finding of {0} here to ignore.", codes(idle)), [withoutIds(silence, idle, source)])]
      : []),
    ...(reason === null ? [say(t("{0} is ignored without a reason. Add one: {1}.", codes(ids), "`because …`"))] : []),
  ];
}

/** Takes ids out of a comment, or the whole comment where none is left. */
function withoutIds({ ids, start, end }: Silence, gone: readonly string[], source: string): Fix {
  const left = ids.filter((id) => !gone.includes(id));
  const text = source.slice(start, end);
  const list = IDS.exec(text.slice(text.search(/ignore/i) + "ignore".length))![0].trim();
  if (left.length > 0) {
    const at = start + text.indexOf(list);
    return {
      title: t("Leave out {0}", joinWords(gone.map(code), "and")),
      safe: false,
      edits: [{ kind: "replace", start: at, end: at + list.length, text: left.join(", ") }],
    };
  }
  const line = source.lastIndexOf("\n", start - 1) + 1;
  const isAlone = source.slice(line, start).trim() === "";
  const gap = /[ \t]*$/.exec(source.slice(line, start))![0].length;
  const newline = source.indexOf("\n", end);
  const lineBreak = newline < 0 ? source.length : newline + 1;
  return {
    title: t("Remove the comment"),
    safe: false,
    edits: [{ kind: "replace", start: isAlone ? line : start - gap, end: isAlone ? lineBreak : end, text: "" }],
  };
}
