import { isScalar, Scalar } from "yaml";
import { t } from "../../base/l10n.ts";
import { yamlText } from "../edit/value-text.ts";
import type { TextEdit } from "../edit/fix.ts";
import { placesIn, textOf, type Place } from "./places.ts";
import { configPath } from "./schema-at.ts";
import type { AssistDocument, Span } from "./types.ts";

/** The label at an offset, as it is and where; undefined where nothing can be renamed. */
export function labelAt(document: AssistDocument, offset: number): { span: Span; label: string } | undefined {
  const place = labelPlaces(document).find(({ span }) => span.start <= offset && offset <= span.end);
  return place && { span: place.span, label: textOf(place.node)! };
}

/** The changes that rename a label wherever the document names it, or the sentence that says why it cannot be. */
export function renameLabel(document: AssistDocument, offset: number, name: string): TextEdit[] | { problem: string } {
  const found = labelAt(document, offset);
  const label = name.trim();
  if (!found) return { problem: t("There is no label here.") };
  if (label === "") return { problem: t("A label needs a name.") };
  const places = labelPlaces(document);
  if (label !== found.label && places.some(({ node }) => textOf(node) === label)) {
    return { problem: t("There is a label {0} already.", label) };
  }
  return places
    .filter(({ node }) => textOf(node) === found.label)
    .map(({ node, span }) => ({ ...span, text: quotedLike(node, label) }));
}

/** Every entry of `data.labels`, in a sweep those of each of its values. */
const labelPlaces = (document: AssistDocument): Place[] =>
  [...placesIn(document.parsed)].filter(({ path, at, node }) => {
    const [first, second, third] = configPath(document, path) ?? [];
    return (
      at === "value" && first === "data" && second === "labels" && third !== undefined && textOf(node) !== undefined
    );
  });

/** A text in the quotes the old one had. */
function quotedLike(node: Place["node"], text: string): string {
  const type = isScalar(node) ? node.type : undefined;
  if (type === Scalar.QUOTE_SINGLE && !/[\n\r]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  const bare = yamlText(text);
  return type === Scalar.QUOTE_DOUBLE && !bare.startsWith('"') ? `"${bare}"` : bare;
}
