import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Range,
  type TextEdit as ProtocolEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { t } from "../base/l10n.ts";
import type { Diagnostic } from "../config/diagnostic.ts";
import type { TextEdit } from "../config/edit/fix.ts";
import { safeFixes } from "../config/edit/safe-fixes.ts";
import { textEdits } from "../config/edit/text-edits.ts";
import { canBeSilenced } from "../config/silence.ts";
import type { ConfigDocument } from "./document.ts";
import { silencing } from "./ignore.ts";
import { rangeOfDiagnostic, touches } from "./positions.ts";
import { problemOf, type CheckDocs } from "./problems.ts";

/** Kind of "apply all safe fixes" for `editor.codeActionsOnSave`. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.tuningFork`;

/** A command of the editor's part. */
const CREATE_ENVIRONMENT = "tuningFork.createEnvironment";

export const ACTION_KINDS = [CodeActionKind.QuickFix, FIX_ALL];

/** What can be done about what was found in a range: its fixes, all safe ones of the file at once, and silencing it. */
export function actionsFor(
  document: ConfigDocument,
  found: readonly Diagnostic[],
  { range, context }: Pick<CodeActionParams, "range" | "context">,
  docs: CheckDocs,
): CodeAction[] {
  const wants = (kind: string): boolean =>
    !context.only || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
  const here = found.filter((one) => touches(rangeOfDiagnostic(one), range));
  return [
    ...(wants(CodeActionKind.QuickFix) ? quickFixes(document, found, here, docs) : []),
    // Asked for by name: on saving, or from the menu of source actions.
    ...(context.only && wants(FIX_ALL) ? fixAll(document, found, FIX_ALL) : []),
  ];
}

function quickFixes(
  document: ConfigDocument,
  found: readonly Diagnostic[],
  here: readonly Diagnostic[],
  docs: CheckDocs,
): CodeAction[] {
  const fixes = here.flatMap((diagnostic) => fixesOf(document, diagnostic, docs));
  const safe = found.filter((one) => one.fixes.some((fix) => fix.safe));
  return [
    ...fixes,
    ...here.flatMap((diagnostic) => environmentAction(document, diagnostic, docs)),
    ...(here.length > 0 && safe.length > 1 ? fixAll(document, found, CodeActionKind.QuickFix) : []),
    ...here.flatMap((diagnostic) => ignoreAction(document, diagnostic, docs)),
  ];
}

function fixesOf(document: ConfigDocument, diagnostic: Diagnostic, docs: CheckDocs): CodeAction[] {
  return diagnostic.fixes.flatMap(({ title, safe, edits }, index): CodeAction[] => {
    const changes = textEdits(document.parsed, edits);
    if (!changes || changes.length === 0) return [];
    return [
      {
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [problemOf(diagnostic, docs)],
        isPreferred: safe && index === 0,
        edit: editOf(document, changes),
      },
    ];
  });
}

/** An interpreter that lacks something, or none at all, is mended by an environment of its own. */
function environmentAction(document: ConfigDocument, diagnostic: Diagnostic, docs: CheckDocs): CodeAction[] {
  if (diagnostic.id !== "C52" || diagnostic.key !== "hardware.python") return [];
  const title = t("Create an environment for this config");
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [problemOf(diagnostic, docs)],
      command: { title, command: CREATE_ENVIRONMENT, arguments: [document.uri] },
    },
  ];
}

function fixAll(document: ConfigDocument, found: readonly Diagnostic[], kind: string): CodeAction[] {
  const changes = safeFixes(document.parsed, found).edits;
  if (changes.length === 0) return [];
  return [{ title: t("Apply all safe fixes"), kind, edit: editOf(document, changes) }];
}

function ignoreAction(document: ConfigDocument, diagnostic: Diagnostic, docs: CheckDocs): CodeAction[] {
  const change = canBeSilenced(diagnostic) ? silencing(document.parsed.source, diagnostic) : undefined;
  if (!change) return [];
  return [
    {
      title: t("Ignore {0} here", diagnostic.id),
      kind: CodeActionKind.QuickFix,
      diagnostics: [problemOf(diagnostic, docs)],
      edit: editOf(document, [change]),
    },
  ];
}

/** Changes of one version of a document: an editor refuses them when the document has changed since. */
export function editOf({ uri, version, positions }: ConfigDocument, changes: readonly TextEdit[]): WorkspaceEdit {
  const edits = changes.map((change): ProtocolEdit => positions.changeOf(change));
  return { documentChanges: [{ textDocument: { uri, version }, edits }] };
}

/** The whole document. */
export const wholeRange = ({ positions, parsed }: ConfigDocument): Range =>
  positions.rangeOf({ start: 0, end: parsed.source.length });
