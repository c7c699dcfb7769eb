import * as v from "valibot";
import * as vscode from "vscode";
import { sentenceOf } from "../../base/errors.ts";
import type { PageAction } from "../../messages/actions.ts";
import type { Place, ToPage } from "../../messages/envelope.ts";
import type { App } from "../app.ts";
import { pageHtml, sentenceHtml, webviewRoot } from "./html.ts";
import { openSession, type AnySession } from "./page-session.ts";
import type { PageRef } from "./page-ref.ts";

export type PageApp = Omit<App, "panels">;
export type PageActor = (page: PagePanel, action: PageAction) => Promise<void>;

const asksAgain = v.object({ t: v.literal("resync") });

/**
 * A webview panel and what it shows. The editor throws a hidden page's document away, so its session lives only as long as
 * the document: a hidden page costs nothing, and one that is shown again begins with a snapshot.
 */
export class PagePanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #app: PageApp;
  readonly #act: PageActor;
  #ref: PageRef;
  #session: AnySession | undefined;
  #opening = false;
  #waiting: unknown[] = [];
  #place: Place | undefined;
  #hasFailed = false;
  /** The page was told that it is no longer up to date. */
  #isCut = false;
  #isDisposed = false;
  /** Shown for a look; the next look takes its place. */
  isPreview = false;

  constructor(app: PageApp, panel: vscode.WebviewPanel, ref: PageRef, act: PageActor) {
    this.#app = app;
    this.panel = panel;
    this.#ref = ref;
    this.#act = act;
    panel.iconPath = {
      light: vscode.Uri.joinPath(app.context.extensionUri, "media", "page-light.svg"),
      dark: vscode.Uri.joinPath(app.context.extensionUri, "media", "page-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(app.context.extensionUri)] };
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.onDidChangeViewState(() => this.#visibilityChanged());
    panel.onDidDispose(() => this.dispose());
    this.#load();
  }

  get ref(): PageRef {
    return this.#ref;
  }

  /** Shows another page's content in this panel. */
  show(ref: PageRef): void {
    this.#ref = ref;
    this.reload();
  }

  /** Begins anew, with a store opened anew. */
  reload(): void {
    this.#endSession();
    this.#load();
  }

  /** Brings what is kept outside the store (baseline, mutes) up to date. */
  refresh(): void {
    this.#session?.refresh();
  }

  /** Shows a place of the page, as soon as the page is there. */
  go(place: Place): void {
    if (this.#session) this.#session.go(place);
    else this.#place = place;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#endSession();
  }

  #load(): void {
    this.#hasFailed = false;
    this.#isCut = false;
    this.panel.webview.html = pageHtml(this.panel.webview, this.#app.context.extensionUri, this.#ref);
  }

  #visibilityChanged(): void {
    if (!this.panel.visible) this.#endSession();
    else if (this.#hasFailed) this.#load();
  }

  #receive(message: unknown): void {
    // “Reconnect” means the store too: it may have been closed, or opened anew, meanwhile.
    if (this.#isCut && v.is(asksAgain, message)) return this.reload();
    if (this.#session) return this.#session.receive(message);
    this.#waiting.push(message);
    if (!this.#opening) void this.#open();
  }

  async #open(): Promise<void> {
    const ref = this.#ref;
    const waiting = this.#waiting;
    const isWanted = (): boolean => waiting === this.#waiting && !this.#isDisposed;
    this.#opening = true;
    try {
      const session = await openSession(this.#app, ref, {
        send: (message) => this.#send(message),
        act: (action) => this.#act(this, action),
      });
      if (!isWanted()) return session.dispose();
      this.#session = session;
      if (this.#place) session.go(this.#place);
      this.#place = undefined;
      for (const message of this.#waiting.splice(0)) session.receive(message);
    } catch (error) {
      this.#app.log.warn(sentenceOf(error));
      if (isWanted()) this.#fail(sentenceOf(error));
    } finally {
      this.#opening = false;
      if (!isWanted() && this.#waiting.length > 0 && !this.#isDisposed) void this.#open();
    }
  }

  #fail(sentence: string): void {
    this.#hasFailed = true;
    this.#waiting = [];
    this.panel.webview.html = sentenceHtml(sentence);
  }

  #endSession(): void {
    this.#session?.dispose();
    this.#session = undefined;
    this.#waiting = [];
  }

  #send(message: ToPage): void {
    if (this.#isDisposed) return;
    if (message.t === "connection") this.#isCut = !message.ok;
    if (message.t === "init" || message.t === "view") this.#title(message.view as { name?: string });
    void this.panel.webview.postMessage(message);
  }

  /** The tab bears the run's name, whoever changes it. */
  #title({ name }: { name?: string }): void {
    if (this.#ref.page === "run" && name !== undefined && name !== this.panel.title) this.panel.title = name;
  }
}
