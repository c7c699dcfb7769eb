import * as vscode from "vscode";

const SCHEME = "tuning-fork-text";

/** Two texts beside each other. */
export interface TextPair {
  /** Relative, with forward slashes; its ending decides the colours. */
  path: string;
  left: string;
  right: string;
}

const texts = new Map<string, string>();
let provider: vscode.Disposable | undefined;
let serial = 0;

/** Texts that lie in no file are documents of a scheme of ours; a text is forgotten when its document is closed. */
function register(): void {
  provider ??= vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? "",
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
  );
}

/** Ends it with the extension. */
export const textsDisposable: vscode.Disposable = {
  dispose: () => {
    provider?.dispose();
    provider = undefined;
    texts.clear();
  },
};

function uriOf(side: string, path: string, text: string): vscode.Uri {
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${path}`, query: `${side}${serial}` });
  texts.set(uri.toString(), text);
  return uri;
}

/** Shows pairs of texts in the editor's own diff: one by itself, several in one list. */
export async function showTexts(title: string, pairs: readonly TextPair[]): Promise<void> {
  register();
  serial++;
  const sides = pairs.map(({ path, left, right }) => [uriOf("a", path, left), uriOf("b", path, right)] as const);
  const [only] = sides;
  if (sides.length === 1 && only) await vscode.commands.executeCommand("vscode.diff", ...only, title);
  else {
    const resources = sides.map(([left, right], index) => [vscode.Uri.file(`/${pairs[index]!.path}`), left, right]);
    await vscode.commands.executeCommand("vscode.changes", title, resources);
  }
}
