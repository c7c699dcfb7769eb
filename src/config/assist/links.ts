import { t } from "../../base/l10n.ts";
import { isGlob } from "../../data/glob.ts";
import { writtenPaths } from "./locate-paths.ts";
import { targetsOf } from "./path-keys.ts";
import type { AssistDocument, DocumentLink } from "./types.ts";

/** Links from paths to the one file each names. Patterns are left to "go to definition", which can show several. */
export function linksOf(document: AssistDocument): DocumentLink[] {
  return [...writtenPaths(document)].flatMap(({ kind, text, span }) => {
    if (kind === "data" && isGlob(text)) return [];
    const tooltip = kind === "model" ? t("Open the model's config") : t("Open the file");
    return targetsOf(document, kind, text)
      .filter(({ isFolder }) => !isFolder)
      .map((target) => ({ span, ...target, tooltip }));
  });
}
