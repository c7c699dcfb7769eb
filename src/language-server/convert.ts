import { pathToFileURL } from "node:url";
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList as ProtocolCompletions,
  type DocumentLink as ProtocolLink,
  type DocumentSymbol as ProtocolSymbol,
  type FoldingRange as ProtocolFolding,
  FoldingRangeKind,
  type InlayHint,
  InsertTextFormat,
  type LocationLink,
  type MarkupContent,
  type Range,
  SymbolKind,
} from "vscode-languageserver/node";
import type {
  Completion,
  CompletionKind,
  CompletionList,
  Definition,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hint,
} from "../config/assist/types.ts";
import type { ConfigDocument } from "./document.ts";

/** Help while typing in the words of the protocol. */

export const markdown = (value: string): MarkupContent => ({ kind: "markdown", value });

const COMPLETION_KINDS: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  group: CompletionItemKind.Module,
  value: CompletionItemKind.EnumMember,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  column: CompletionItemKind.Field,
  label: CompletionItemKind.Constant,
  metric: CompletionItemKind.Value,
  model: CompletionItemKind.Class,
  module: CompletionItemKind.Unit,
  check: CompletionItemKind.Reference,
};

export const completionsOf = (
  document: ConfigDocument,
  { items, isIncomplete }: CompletionList,
): ProtocolCompletions => ({
  isIncomplete,
  items: items.map((item) => completionOf(document, item)),
});

function completionOf({ positions }: ConfigDocument, item: Completion): CompletionItem {
  const { label, kind, detail, documentation, filterText, sortText } = item;
  return {
    label,
    kind: COMPLETION_KINDS[kind],
    sortText,
    insertTextFormat: item.isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: { range: positions.rangeOf(item.span), newText: item.insertText },
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation: markdown(documentation) }),
    ...(filterText === undefined ? {} : { filterText }),
    ...(item.asksAgain ? { command: { title: "", command: "editor.action.triggerSuggest" } } : {}),
  };
}

export const hintOf = ({ positions }: ConfigDocument, { offset, text, tooltip }: Hint): InlayHint => ({
  position: positions.positionAt(offset),
  label: text,
  tooltip: markdown(tooltip),
  paddingLeft: true,
});

const SYMBOL_KINDS: Readonly<Record<DocumentSymbol["kind"], SymbolKind>> = {
  group: SymbolKind.Module,
  list: SymbolKind.Array,
  text: SymbolKind.String,
  number: SymbolKind.Number,
  boolean: SymbolKind.Boolean,
  null: SymbolKind.Null,
};

export const symbolOf = (document: ConfigDocument, symbol: DocumentSymbol): ProtocolSymbol => ({
  // The editor refuses a symbol without a name.
  name: symbol.name || "–",
  detail: symbol.detail,
  kind: SYMBOL_KINDS[symbol.kind],
  range: document.positions.rangeOf(symbol.span),
  selectionRange: document.positions.rangeOf(symbol.selection),
  children: symbol.children.map((child) => symbolOf(document, child)),
});

export const foldingOf = ({ startLine, endLine, kind }: FoldingRange): ProtocolFolding => ({
  startLine,
  endLine,
  kind: kind === "comment" ? FoldingRangeKind.Comment : FoldingRangeKind.Region,
});

const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Undefined for a folder, which an editor does not open. */
export function definitionOf({ uri, positions }: ConfigDocument, definition: Definition): LocationLink | undefined {
  const originSelectionRange = positions.rangeOf(definition.origin);
  if (definition.kind === "span") {
    const target = positions.rangeOf(definition.target);
    return { originSelectionRange, targetUri: uri, targetRange: target, targetSelectionRange: target };
  }
  if (definition.isFolder) return undefined;
  const targetUri = pathToFileURL(definition.path).href;
  return { originSelectionRange, targetUri, targetRange: START, targetSelectionRange: START };
}

export const linkOf = ({ positions }: ConfigDocument, { span, path, tooltip }: DocumentLink): ProtocolLink => ({
  range: positions.rangeOf(span),
  target: pathToFileURL(path).href,
  tooltip,
});
