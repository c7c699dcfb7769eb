import type { ParsedConfig } from "../parse.ts";
import { PATH_KEYS, type PathKind } from "./path-keys.ts";
import { placesIn, textOf } from "./places.ts";
import { configPath } from "./schema-at.ts";
import type { AssistDocument, Span } from "./types.ts";

/** A path as it is written in a document. */
export interface WrittenPath {
  readonly kind: PathKind;
  readonly text: string;
  readonly span: Span;
}

/** Every value that names a file or folder, lists and the values of a sweep included. */
export function* writtenPaths(
  document: Pick<AssistDocument, "kind"> & { parsed: Pick<ParsedConfig, "document" | "source"> },
): Generator<WrittenPath> {
  for (const { path, at, node, span } of placesIn(document.parsed)) {
    const text = at === "value" ? textOf(node) : undefined;
    const key = (configPath(document, path) ?? []).filter((step) => typeof step === "string").join(".");
    const kind = document.kind === "sweep" && path.length === 1 && path[0] === "base" ? "config" : PATH_KEYS[key];
    if (text !== undefined && text !== "" && kind !== undefined) yield { kind, text, span };
  }
}
