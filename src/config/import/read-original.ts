import { extname } from "node:path";
import { parseDocument, type Document } from "yaml";
import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { isMap, type PlainMap } from "../schema/view.ts";
import { code } from "../schema/words.ts";
import { lostAliases, plainValue } from "../yaml.ts";

/**
 * The keys and values of another tool's config.
 * @throws UserError when it is no YAML, or holds something else
 */
export function readOriginal(source: string, file: string): PlainMap {
  const text = source.replace(/^\uFEFF/, "");
  // JSON is YAML, but for its escapes; so one parser reads both.
  const document = parseDocument(text, { version: "1.2", prettyErrors: false });
  const [problem] = document.errors;
  if (problem) {
    const kind = extname(file) === ".json" ? "JSON" : "YAML";
    throw new UserError("import-broken", t("{0} is not {1}: {2}", file, kind, problem.message), { file });
  }
  refuseLostAlias(document, text, file);
  const value = plainValue(document);
  if (value instanceof Error) {
    throw new UserError("import-broken", t("The aliases (`*name`) of {0} expand to too many values.", file), { file });
  }
  if (isMap(value)) return value;
  throw new UserError("import-not-a-map", t("{0} holds no keys and values.", file), { file });
}

/** What an alias stands for that leads nowhere, or into itself, nobody can say. */
function refuseLostAlias(document: Document, text: string, file: string): void {
  const [lost] = lostAliases(document);
  if (!lost) return;
  const { alias, isCircle } = lost;
  const line = text.slice(0, alias.range![0]).split("\n").length;
  const [name, anchor] = [code(`*${alias.source}`), code(`&${alias.source}`)];
  const message = isCircle
    ? t(
        "{0}, line {1}: the alias {2} stands inside of what {3} names, which would have no end.",
        file,
        line,
        name,
        anchor,
      )
    : t("{0}, line {1}: the alias {2} leads nowhere, for no {3} stands before it.", file, line, name, anchor);
  throw new UserError("import-broken", message, { file, line });
}
