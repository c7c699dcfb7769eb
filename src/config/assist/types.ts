import type { Facts } from "../facts/facts.ts";
import type { ParsedConfig } from "../parse.ts";
import type { AnyResolvedConfig, Origins, ResolvedConfig } from "../types.ts";

/**
 * What help while typing is made from, and what it gives back. Every function of this folder is pure but for the facts it
 * asks for, never throws for what stands in a document, and speaks of places as offsets in `parsed.source`: UTF-16 units,
 * a byte order mark not counted, the end exclusive.
 */

/** A document of the editor as one version of it was parsed. */
export interface AssistDocument {
  /** A config, or a sweep over one. */
  readonly kind: "config" | "sweep";
  readonly parsed: ParsedConfig;
  /** The config with what is wrong left out, of a sweep that of its base; undefined when not even the task is known. */
  readonly config: AnyResolvedConfig | undefined;
  readonly origins: Origins;
  /** Folder relative paths of the config start from; `base` of a sweep starts from the sweep's own folder. */
  readonly baseDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** What can be known of the data, the model and this machine; undefined for scripts and where there is no config. */
  readonly facts: Facts | undefined;
  /** What can be known for a config with something changed: half-typed labels would hide those of the data. */
  readonly factsOf: (config: ResolvedConfig) => Facts;
}

/** How long help may take. */
export interface AssistOptions {
  readonly signal?: AbortSignal;
  /** Longest wait for facts that have to be read first (ms). What is not there by then is left out. */
  readonly patienceMs?: number;
}

/** A stretch of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type CompletionKind =
  "key" | "group" | "value" | "file" | "folder" | "column" | "label" | "metric" | "model" | "module" | "check";

/** Something that can be written at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Beside the label: type and default of a key, what a value is. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** What takes the place of `span`. */
  readonly insertText: string;
  /** `insertText` is a snippet (`$0`, `${1:name}`; `$`, `}` and `\` of the text itself are escaped). */
  readonly isSnippet: boolean;
  /** What it replaces; its part before the cursor is what was typed of it. */
  readonly span: Span;
  /** The text the typed part is compared with; the label when left out. */
  readonly filterText?: string;
  /** Position in the list, to be compared as text. */
  readonly sortText: string;
  /** There is more to choose once this is written: ask again at once. */
  readonly asksAgain: boolean;
}

export interface CompletionList {
  readonly items: readonly Completion[];
  /** Something was still being read: ask again with the next key. */
  readonly isIncomplete: boolean;
}

/** Markdown about what stands at a place. */
export interface Hover {
  readonly markdown: string;
  readonly span: Span;
}

export type HintKind = "steps" | "defaults" | "data";

/** A figure shown between the words of the text. */
export interface Hint {
  readonly offset: number;
  readonly text: string;
  readonly kind: HintKind;
  /** Markdown: where the figure comes from. */
  readonly tooltip: string;
}

export interface DocumentSymbol {
  readonly name: string;
  /** The value as it is written; empty for maps and lists. */
  readonly detail: string;
  readonly kind: "group" | "list" | "text" | "number" | "boolean" | "null";
  /** Key and value. */
  readonly span: Span;
  /** The key alone, or the entry of a list. */
  readonly selection: Span;
  readonly children: readonly DocumentSymbol[];
}

export interface FoldingRange {
  /** 0-based lines; both stay visible at their beginning. */
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: "comment" | "region";
}

/** Where a definition is: a place in this document, or a file or folder by its absolute path. */
export type Definition =
  | { readonly kind: "span"; readonly origin: Span; readonly target: Span }
  | { readonly kind: "path"; readonly origin: Span; readonly path: string; readonly isFolder: boolean };

/** A path in the text that opens what it names. */
export interface DocumentLink {
  readonly span: Span;
  readonly path: string;
  readonly isFolder: boolean;
  readonly tooltip: string;
}
