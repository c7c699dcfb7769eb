import * as v from "valibot";
import { sentenceOf } from "../base/errors.ts";
import { displayLanguage, displayTexts } from "../base/l10n.ts";
import {
  fromPage,
  type ActionOf,
  type FromPage,
  type PageContract,
  type QueryOf,
  type ToPage,
  type ViewOf,
  type Watched,
} from "../messages/envelope.ts";
import type { Disposable, PageActions, PageMemory, PageSource } from "./source.ts";

/** Where a session's messages go, and where it reports what only a developer can mend. */
export interface PagePort {
  send(message: ToPage): void;
  log(message: string): void;
}

export interface SessionParts<C extends PageContract> {
  contract: C;
  source: PageSource<C>;
  actions: PageActions<C>;
  memory: PageMemory;
  port: PagePort;
}

/** Live figures change twice a second at most; points may come faster. */
const VIEW_EVERY_MS = 500;

/**
 * The host's end of one open page. While hidden it sends nothing and watches nothing; when shown again the page gets one
 * snapshot, in a new generation.
 */
export class PageSession<C extends PageContract> implements Disposable {
  readonly #parts: SessionParts<C>;
  #watching: Disposable | undefined;
  #watched: readonly Watched[] = [];
  #generation = 0;
  #seq = 0;
  #epoch = "";
  #ready = false;
  #visible = true;
  #disposed = false;
  #pushing = false;
  #again = false;
  #viewSentMs = 0;
  #viewText = "";
  #viewTimer: NodeJS.Timeout | undefined;
  #isLost = false;
  readonly #asked = new Map<number, AbortController>();

  constructor(parts: SessionParts<C>) {
    this.#parts = parts;
  }

  /** Takes one message of the page; anything that is none is logged and dropped. */
  receive(raw: unknown): void {
    const parsed = v.safeParse(fromPage, raw);
    if (!parsed.success) return this.#parts.port.log(`A page sent what is no message: ${parsed.issues[0].message}`);
    void this.#handle(parsed.output).catch((error: unknown) => this.#parts.port.log(sentenceOf(error)));
  }

  /** A hidden page gets nothing. */
  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    if (!visible) this.#rest();
    else if (this.#ready) void this.#snapshot("view");
  }

  /** Sends the state again, for what changed outside the store (trust, mutes, a chosen baseline). */
  refresh(): void {
    this.#changed();
  }

  dispose(): void {
    this.#disposed = true;
    this.#rest();
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
  }

  async #handle(message: FromPage): Promise<void> {
    switch (message.t) {
      case "ready":
        this.#ready = true;
        return this.#snapshot("init");
      case "resync":
        return this.#snapshot("view");
      case "watch":
        this.#watched = message.series;
        // The first call for a series only marks where it stands, so that what the page asks for next has no gap after it.
        return this.#push();
      case "ask":
        return this.#answer(message.id, message.query, message.args);
      case "forget":
        this.#asked.get(message.id)?.abort();
        this.#asked.delete(message.id);
        return;
      case "do":
        return this.#act(message.action);
      case "remember":
        return this.#parts.memory.set(message.key, message.value);
      case "fault":
        return this.#parts.port.log(`In the page: ${message.message}`);
    }
  }

  async #act(raw: unknown): Promise<void> {
    const action = v.safeParse(this.#parts.contract.actions, raw);
    if (!action.success) return this.#parts.port.log(`A page asked for what is no action: ${action.issues[0].message}`);
    await this.#parts.actions.act(action.output as ActionOf<C>);
  }

  async #answer(id: number, name: string, raw: unknown): Promise<void> {
    const { contract, source, port } = this.#parts;
    const query = Object.hasOwn(contract.queries, name) ? contract.queries[name] : undefined;
    const args = query && v.safeParse(query.args, raw);
    if (!args?.success) return port.log(`A page asked “${name}”, which is no question here.`);
    const controller = new AbortController();
    this.#asked.set(id, controller);
    try {
      const answer = source.answers[name as QueryOf<C>];
      const value = await answer(args.output as never, controller.signal);
      if (!controller.signal.aborted) this.#send({ t: "reply", id, value });
    } catch (error) {
      if (!controller.signal.aborted) this.#send({ t: "failed", id, message: sentenceOf(error) });
    } finally {
      this.#asked.delete(id);
    }
  }

  /** A new generation: the whole state; the page asks for its curves. */
  async #snapshot(t: "init" | "view"): Promise<void> {
    try {
      const view = await this.#parts.source.view();
      this.#generation++;
      this.#seq = 0;
      this.#epoch = this.#parts.source.epochOf(view);
      this.#sendView(t, view);
      this.#connected();
    } catch (error) {
      this.#lost(error);
    }
    if (this.#visible && !this.#disposed) this.#watching ??= this.#parts.source.watch(() => this.#changed());
  }

  #changed(): void {
    if (this.#pushing) this.#again = true;
    else void this.#push();
  }

  /** Sends what is new: points at once, the state at most twice a second. */
  async #push(): Promise<void> {
    if (!this.#ready || !this.#visible || this.#disposed) return;
    this.#pushing = true;
    try {
      do {
        this.#again = false;
        const points = this.#watched.length > 0 ? await this.#parts.source.gained(this.#watched) : [];
        if (points.length > 0) this.#send({ t: "points", ...this.#stamp(), points });
        await this.#pushView();
      } while (this.#again && !this.#disposed);
      this.#connected();
    } catch (error) {
      this.#lost(error);
    } finally {
      this.#pushing = false;
    }
  }

  async #pushView(): Promise<void> {
    const waitMs = this.#viewSentMs + VIEW_EVERY_MS - Date.now();
    if (waitMs > 0) {
      this.#viewTimer ??= setTimeout(() => {
        this.#viewTimer = undefined;
        this.#changed();
      }, waitMs);
      return;
    }
    const view = await this.#parts.source.view();
    const epoch = this.#parts.source.epochOf(view);
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#generation++;
      this.#seq = 0;
      this.#sendView("view", view);
    } else if (JSON.stringify(view) !== this.#viewText) this.#sendView("view", view);
  }

  #sendView(t: "init" | "view", view: ViewOf<C>): void {
    this.#viewSentMs = Date.now();
    this.#viewText = JSON.stringify(view);
    if (t === "view") return this.#send({ t, ...this.#stamp(), view });
    const texts = { ...displayTexts() };
    const remembered = this.#parts.memory.all();
    this.#send({ t, ...this.#stamp(), language: displayLanguage(), texts, remembered, view });
  }

  #stamp(): { generation: number; seq: number } {
    return { generation: this.#generation, seq: this.#seq++ };
  }

  #connected(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#send({ t: "connection", ok: true, message: "" });
  }

  #lost(error: unknown): void {
    this.#isLost = true;
    this.#send({ t: "connection", ok: false, message: sentenceOf(error) });
  }

  #rest(): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    clearTimeout(this.#viewTimer);
    this.#viewTimer = undefined;
  }

  #send(message: ToPage): void {
    if (this.#visible && !this.#disposed) this.#parts.port.send(message);
  }
}
