import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { sentenceOf } from "../base/errors.ts";
import { loadLanguage } from "../base/load-language.ts";
import { ACTION_KINDS, actionsFor } from "./actions.ts";
import { ASSIST_CAPABILITIES, serveAssist } from "./assist.ts";
import { Checker } from "./checker.ts";
import { ConfigDocument, isOurs, type DocumentWorld } from "./document.ts";
import { HintKinds } from "./hint-kinds.ts";
import { History, HISTORY } from "./history.ts";
import { CheckDocs, problemOf } from "./problems.ts";
import { answer } from "./requests.ts";
import type { ServerSettings } from "./settings.ts";
import { FileWatch, pathsOf } from "./watch.ts";

/** Serves configs to an editor: checks them as they are typed, and wires help while typing. Listening is the caller's. */
export function serve(connection: Connection): void {
  const report = (error: unknown): void => connection.console.warn(sentenceOf(error));
  const texts = new TextDocuments(TextDocument);
  const documents = new Map<string, ConfigDocument>();
  let docs = new CheckDocs(undefined);
  const history = new History();
  const hintKinds = new HintKinds(connection, report);
  let refreshesHints = false;
  let hasSettings = false;

  const checker = new Checker({
    report,
    publish: (document, diagnostics) =>
      void connection
        .sendDiagnostics({
          uri: document.uri,
          version: document.version,
          diagnostics: diagnostics.map((one) => problemOf(one, docs)),
        })
        .catch(report),
    begins: (document) => {
      watch.watch(document.uri, pathsOf(document.assist));
    },
    done: refreshHints,
  });
  function refreshHints(): void {
    if (refreshesHints) void connection.languages.inlayHint.refresh().catch(report);
  }
  const watch = new FileWatch((uri) => checker.again(uri));

  connection.onInitialize(({ initializationOptions, capabilities }: InitializeParams): InitializeResult => {
    const { language, docs: docsFile } = (initializationOptions ?? {}) as ServerSettings;
    if (language) loadLanguage(language.name, language.folder);
    docs = new CheckDocs(docsFile);
    refreshesHints = capabilities.workspace?.inlayHint?.refreshSupport === true;
    hasSettings = capabilities.workspace?.configuration === true;
    return {
      serverInfo: { name: "Tuning Fork" },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        codeActionProvider: { codeActionKinds: ACTION_KINDS },
        ...ASSIST_CAPABILITIES,
      },
    };
  });

  connection.onInitialized(() => {
    if (hasSettings) void hintKinds.follow(refreshHints).catch(report);
  });
  // Estimates are corrected by earlier runs, and a repeated one is told: what is open is looked at again.
  connection.onNotification(HISTORY, (told: unknown) => {
    try {
      if (history.tell(told)) for (const uri of documents.keys()) checker.again(uri);
    } catch (error) {
      report(error);
    }
  });

  const world: DocumentWorld = { env: process.env, historyOf: (file) => history.of(file) };
  texts.onDidChangeContent(({ document: text }) => {
    const { uri, version } = text;
    if (!isOurs(uri)) return;
    documents.get(uri)?.end();
    const document = new ConfigDocument(uri, version, text.getText(), world);
    documents.set(uri, document);
    void checker.changed(document).catch(report);
  });
  // A person who saves may have changed the world too: what was installed, copied or stopped.
  texts.onDidSave(({ document: { uri } }) => checker.again(uri));
  texts.onDidClose(({ document: { uri } }) => {
    if (!isOurs(uri)) return;
    documents.get(uri)?.end();
    documents.delete(uri);
    checker.closed(uri);
    watch.forget(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] }).catch(report);
  });

  /** The document a request is about; undefined for one that is not ours, or that is too large to be read while typing. */
  const readable = ({ uri }: { uri: string }): ConfigDocument | undefined => {
    const document = documents.get(uri);
    return document?.isTooLarge ? undefined : document;
  };
  connection.onCodeAction((params, token) =>
    answer(token, report, [], () => {
      const document = readable(params.textDocument);
      return document ? actionsFor(document, checker.shown(document.uri), params, docs) : [];
    }),
  );
  serveAssist(connection, { readable, shown: (uri) => checker.shown(uri), hintKinds: () => hintKinds.wanted, report });

  connection.onShutdown(() => {
    for (const document of documents.values()) document.end();
    checker.dispose();
    watch.dispose();
  });
  texts.listen(connection);
}
