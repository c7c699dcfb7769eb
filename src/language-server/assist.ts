import {
  type Connection,
  ErrorCodes,
  type Position,
  ResponseError,
  type ServerCapabilities,
} from "vscode-languageserver/node";
import { completionsAt } from "../config/assist/completion/index.ts";
import { definitionsAt } from "../config/assist/definition.ts";
import { foldingRanges } from "../config/assist/folding.ts";
import { formatEdits } from "../config/assist/format/index.ts";
import { hintsOf } from "../config/assist/hints/index.ts";
import { hoverAt } from "../config/assist/hover/index.ts";
import { linksOf } from "../config/assist/links.ts";
import { labelAt, renameLabel } from "../config/assist/rename.ts";
import { symbolsOf } from "../config/assist/symbols.ts";
import type { Diagnostic } from "../config/diagnostic.ts";
import { editOf } from "./actions.ts";
import { completionsOf, definitionOf, foldingOf, hintOf, linkOf, markdown, symbolOf } from "./convert.ts";
import type { HintKind } from "../config/assist/types.ts";
import type { ConfigDocument } from "./document.ts";
import { PATIENCE_MS } from "./limits.ts";
import { rangeOfDiagnostic, touches } from "./positions.ts";
import { whyOf } from "./problems.ts";
import { answer } from "./requests.ts";

/** What help while typing is wired with. */
export interface AssistParts {
  /** The document a request is about; undefined for one that is not read while typing. */
  readable: (document: { uri: string }) => ConfigDocument | undefined;
  /** What is shown of it. */
  shown: (uri: string) => readonly Diagnostic[];
  /** Which kinds of hints are wanted. */
  hintKinds: () => Promise<readonly HintKind[]>;
  report: (error: unknown) => void;
}

export const ASSIST_CAPABILITIES: ServerCapabilities = {
  completionProvider: { triggerCharacters: [":", " ", "/", "[", "{", ",", "-", '"', "'"] },
  hoverProvider: true,
  inlayHintProvider: true,
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  definitionProvider: true,
  documentLinkProvider: {},
  documentFormattingProvider: true,
  renameProvider: { prepareProvider: true },
};

/** Wires help while typing: every request is answered from the version it is about, in its own time limit. */
export function serveAssist(connection: Connection, { readable, shown, hintKinds, report }: AssistParts): void {
  connection.onCompletion(({ textDocument, position }, token) =>
    answer(token, report, null, async (signal) => {
      const document = readable(textDocument);
      if (!document) return null;
      const options = { signal, patienceMs: PATIENCE_MS.completion };
      return completionsOf(
        document,
        await completionsAt(document.assist, document.positions.offsetAt(position), options),
      );
    }),
  );
  connection.onHover(({ textDocument, position }, token) =>
    answer(token, report, null, async (signal) => {
      const document = readable(textDocument);
      if (!document) return null;
      const options = { signal, patienceMs: PATIENCE_MS.hover };
      const hover = await hoverAt(document.assist, document.positions.offsetAt(position), options);
      const parts = [...(hover ? [hover.markdown] : []), ...whysAt(shown(document.uri), position)];
      if (parts.length === 0) return null;
      const range = hover && document.positions.rangeOf(hover.span);
      return { contents: markdown(parts.join("\n\n---\n\n")), ...(range ? { range } : {}) };
    }),
  );
  connection.languages.inlayHint.on(({ textDocument, range }, token) =>
    answer(token, report, [], async (signal) => {
      const document = readable(textDocument);
      if (!document) return [];
      const kinds = await hintKinds();
      const options = { signal, patienceMs: PATIENCE_MS.hints, kinds, range: document.positions.spanOf(range) };
      return (await hintsOf(document.assist, options)).map((hint) => hintOf(document, hint));
    }),
  );
  connection.onDocumentSymbol(({ textDocument }, token) =>
    answer(token, report, [], () => {
      const document = readable(textDocument);
      return document ? symbolsOf(document.parsed).map((symbol) => symbolOf(document, symbol)) : [];
    }),
  );
  connection.onFoldingRanges(({ textDocument }, token) =>
    answer(token, report, [], () => {
      const document = readable(textDocument);
      return document ? foldingRanges(document.parsed).map(foldingOf) : [];
    }),
  );
  connection.onDefinition(({ textDocument, position }, token) =>
    answer(token, report, [], () => {
      const document = readable(textDocument);
      if (!document) return [];
      const found = definitionsAt(document.assist, document.positions.offsetAt(position));
      return found.map((one) => definitionOf(document, one)).filter((one) => one !== undefined);
    }),
  );
  connection.onDocumentLinks(({ textDocument }, token) =>
    answer(token, report, [], () => {
      const document = readable(textDocument);
      const links = document ? linksOf(document.assist) : [];
      return document ? links.filter(({ isFolder }) => !isFolder).map((link) => linkOf(document, link)) : [];
    }),
  );
  connection.onDocumentFormatting(({ textDocument }, token) =>
    answer(token, report, [], () => {
      const document = readable(textDocument);
      return document ? formatEdits(document.parsed).map((change) => document.positions.changeOf(change)) : [];
    }),
  );
  serveRename(connection, readable, report);
}

function serveRename(connection: Connection, readable: AssistParts["readable"], report: AssistParts["report"]): void {
  connection.onPrepareRename(({ textDocument, position }, token) =>
    answer(token, report, null, () => {
      const document = readable(textDocument);
      const found = document && labelAt(document.assist, document.positions.offsetAt(position));
      return found ? { range: document.positions.rangeOf(found.span), placeholder: found.label } : null;
    }),
  );
  connection.onRenameRequest(async ({ textDocument, position, newName }, token) => {
    const answered = await answer(token, report, null, () => {
      const document = readable(textDocument);
      if (!document) return null;
      const changes = renameLabel(document.assist, document.positions.offsetAt(position), newName);
      return "problem" in changes ? changes : editOf(document, changes);
    });
    // The editor shows the sentence beside the new name.
    return answered && "problem" in answered ? new ResponseError(ErrorCodes.InvalidParams, answered.problem) : answered;
  });
}

/** Why what was found at a place matters. */
function whysAt(found: readonly Diagnostic[], position: Position): string[] {
  const here = found.filter((one) => touches(rangeOfDiagnostic(one), { start: position, end: position }));
  return [...new Set(here.map(({ id }) => whyOf(id)))].filter((why) => why !== undefined);
}
