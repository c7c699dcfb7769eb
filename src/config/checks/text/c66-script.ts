import { t } from "../../../base/l10n.ts";
import { nearest } from "../../../base/nearest.ts";
import { error, type Finding, type Path } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import { code, joinWords } from "../../schema/words.ts";
import { knownPlaceholders, placeholdersIn } from "../../script/placeholders.ts";
import type { ResolvedScriptConfig } from "../../types.ts";
import type { Check } from "../check.ts";

/** C66, as far as the text tells: what a script is to be given does not exist, or its output cannot be read that way. */
export const c66Script: Check = {
  id: "C66",
  severity: "error",
  title: "a name in `${…}` that nothing has, or a pattern that is no regular expression with a named group",
  why: "The script would get the braces instead of a value, and train with something else or end at once.",
  runScript: ({ config: { script } }) => [...unknownNames(script), ...brokenPatterns(script)],
};

function unknownNames(script: ResolvedScriptConfig["script"]): Finding[] {
  const known = knownPlaceholders(script.params);
  const texts: [Path, unknown][] = [
    ...(script.command ?? []).map((text, index): [Path, unknown] => [["script", "command", index], text]),
    ...script.args.map((text, index): [Path, unknown] => [["script", "args", index], text]),
    [["script", "checkpoints"], script.checkpoints],
  ];
  return texts.flatMap(([path, text]) =>
    (typeof text === "string" ? placeholdersIn(text) : [])
      // Other programs have braces of their own.
      .filter((name) => /^(?:params|run)\./.test(name) && !known.includes(name))
      .map((name) => unknownName(path, String(text), name, known)),
  );
}

function unknownName(path: Path, text: string, name: string, known: readonly string[]): Finding {
  const braced = (one: string) => `\${${one}}`;
  const meant = nearest(name, known);
  if (meant === undefined) {
    const all = joinWords(
      known.map((one) => code(braced(one))),
      "and",
    );
    return error("C66", path, t("{0} names nothing. There is {1}.", code(braced(name)), all));
  }
  const message = t("{0} names nothing. Do you mean {1}?", code(braced(name)), code(braced(meant)));
  const value = text.replaceAll(braced(name), braced(meant));
  const fix: Fix = { title: t("Write {0}", code(braced(meant))), safe: false, edits: [{ kind: "set", path, value }] };
  return error("C66", path, message, { fixes: [fix] });
}

function brokenPatterns({ patterns }: ResolvedScriptConfig["script"]): Finding[] {
  return patterns.flatMap((source, index) => {
    const problem = problemOf(source);
    return problem === undefined ? [] : [error("C66", ["script", "patterns", index], problem)];
  });
}

function problemOf(source: string): string | undefined {
  try {
    void new RegExp(source); // its complaint quotes the pattern as it is written
    // With an empty alternative it matches everything, and the match has its groups.
    const groups = Object.keys(new RegExp(`${source}|`).exec("")?.groups ?? {});
    if (groups.some((name) => name !== "step")) return undefined;
    return t("The pattern has no named group, so it finds no metric. Write {0} around the number.", code("(?<loss>…)"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^Invalid regular expression: /, "") : String(cause);
    return t("The pattern is no regular expression: {0}.", reason);
  }
}
