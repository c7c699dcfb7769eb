import { join } from "node:path";
import { factsOf } from "../../../../src/config/facts/index.ts";
import { completionsAt } from "../../../../src/config/assist/completion/index.ts";
import { assistDocument } from "../../../../src/config/assist/document.ts";
import type { AssistDocument, Completion } from "../../../../src/config/assist/types.ts";
import { parseConfig } from "../../../../src/config/parse.ts";

/** Where the cursor is in a text of a test. */
export const CURSOR = "‸";

/** A text with a cursor, as the editor would have it. */
export function withCursor(text: string): { text: string; offset: number } {
  const offset = text.indexOf(CURSOR);
  return { text: text.replace(CURSOR, ""), offset };
}

/** A config in a folder, read as the language server reads it. */
export const documentOf = (text: string, baseDir: string, env: NodeJS.ProcessEnv = {}): AssistDocument =>
  read("config", text, join(baseDir, "finetune.yaml"), env);

/** A sweep in a folder; its base is read from there. */
export const sweepOf = (text: string, baseDir: string, env: NodeJS.ProcessEnv = {}): AssistDocument =>
  read("sweep", text, join(baseDir, "x.sweep.yaml"), env);

const read = (kind: AssistDocument["kind"], text: string, file: string, env: NodeJS.ProcessEnv): AssistDocument =>
  assistDocument(parseConfig(text, file), { kind, env, factsOf: (config, dir) => factsOf(config, dir, env) });

/** What is offered at the cursor; facts are waited for. */
export async function offered(text: string, baseDir: string, env?: NodeJS.ProcessEnv): Promise<readonly Completion[]> {
  const { text: whole, offset } = withCursor(text);
  return (await completionsAt(documentOf(whole, baseDir, env), offset, { patienceMs: 60_000 })).items;
}

/** The text after a completion was taken; snippets with their placeholders left empty or at their default. */
export function taken(text: string, { span, insertText, isSnippet }: Completion): string {
  const { text: whole } = withCursor(text);
  const put = isSnippet
    ? insertText
        .replaceAll(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, "$1")
        .replaceAll(/\$\d/g, CURSOR)
        .replaceAll(/\\(.)/g, "$1")
    : insertText;
  return whole.slice(0, span.start) + put + whole.slice(span.end);
}
