import { isAlias } from "yaml";
import { writtenPaths } from "./locate-paths.ts";
import { targetsOf } from "./path-keys.ts";
import { placeAt, spanOf } from "./places.ts";
import type { AssistDocument, Definition } from "./types.ts";

/** Where what stands at an offset is defined: the anchor of an alias, the file of a path, all files of a pattern. */
export function definitionsAt(document: AssistDocument, offset: number): Definition[] {
  const { parsed } = document;
  const place = placeAt(parsed, offset);
  if (place && isAlias(place.node)) {
    const anchored = place.node.resolve(parsed.document);
    return anchored ? [{ kind: "span", origin: place.span, target: spanOf(parsed.source, anchored) }] : [];
  }
  for (const { kind, text, span } of writtenPaths(document)) {
    if (offset < span.start || offset > span.end) continue;
    return targetsOf(document, kind, text).map((target) => ({ kind: "path", origin: span, ...target }));
  }
  return [];
}
