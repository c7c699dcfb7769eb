import * as v from "valibot";
import { sentenceOf } from "../base/errors.ts";
import { displayLanguage, displayTexts } from "../base/l10n.ts";
import {
  fromPage,
  type ActionOf,
  type FromPage,
  type PageContract,
  type Place,
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
/** A shown page whose store could not be read is tried again after this time. */
const RETRY_MS = 2000;

/** What is to be sent next, the weightier first: `init` and `view` are snapshots in a new generation, `push` is news. */
type Due = "init" | "view" | "push";
const WEIGHT: Record<Due, number> = { init: 2, view: 1, push: 0 };

/**
 * The host's end of one open page. While hidden it sends nothing and watches nothing; when shown again the page gets one
 * snapshot, in a new generation. What is sent is made by one loop, so that nothing is told twice or out of order.
 */
export class PageSession<C extends PageContract> implements Disposable {
  readonly #parts: SessionParts<C>;
  readonly #asked = new Map<number, AbortController>();
  #watching: Disposable | undefined;
  #watched: readonly Watched[] = [];
  #generation = 0;
  #seq = 0;
  #epoch = "";
  #isReady = false;
  #isVisible = true;
  #isDisposed = false;
  #due: Due | undefined;
  /** The least the page has to get next: a snapshot after it was loaded, and after a failure, for it may have missed anything. */
  #owed: Due = "init";
  #loop: Promise<void> | undefined;
  /** Answers wait for this: what a page asks for after it named its series must not lie before where these begin. */
  #begun: Promise<void> = Promise.resolve();
  #viewSentMs = 0;
  #viewText = "";
  #timer: NodeJS.Timeout | undefined;
  #problem: string | undefined;
  /** Answers that came while the page was hidden, and where it was asked to go. */
  #held: ToPage[] = [];
  #place: Place | undefined;

  constructor(parts: SessionParts<C>) {
    this.#parts = parts;
  }

  /** Takes one message of the page; anything that is none is logged and dropped. */
  receive(raw: unknown): void {
    const parsed = v.safeParse(fromPage, raw);
    if (!parsed.success) return this.#parts.port.log(`A page sent what is no message: ${parsed.issues[0].message}`);
    if (this.#isDisposed) return;
    void this.#handle(parsed.output).catch((error: unknown) => this.#parts.port.log(sentenceOf(error)));
  }

  /** A hidden page gets nothing. */
  setVisible(visible: boolean): void {
    if (visible === this.#isVisible) return;
    this.#isVisible = visible;
    if (!visible) return this.#rest();
    for (const message of this.#held.splice(0)) this.#send(message);
    if (this.#isReady) void this.#want("view");
  }

  /** Sends the state again, for what changed outside the store (trust, mutes, a chosen baseline). */
  refresh(): void {
    void this.#want("push");
  }

  /** Shows a place of the page, as soon as the page is there. */
  go(place: Place): void {
    if (this.#isReady && this.#isVisible && this.#generation > 0) this.#send({ t: "go", to: place });
    else this.#place = place;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#rest();
    this.#abandon();
  }

  async #handle(message: FromPage): Promise<void> {
    switch (message.t) {
      case "ready":
        // The page is new, or was loaded again: what an earlier one asked for and watched is of no use to it.
        this.#abandon();
        this.#watched = [];
        this.#isReady = true;
        this.#owed = "init";
        return this.#want("init");
      case "resync":
        return this.#want("view");
      case "watch":
        this.#watched = message.series;
        // The first push for a series only marks where it stands, so that what the page asks for next has no gap after it.
        this.#begun = this.#want("push");
        return;
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
    if (!args?.success) {
      port.log(`A page asked “${name}”, which is no question here${args ? `: ${args.issues[0].message}` : ""}.`);
      return this.#send({ t: "failed", id, message: `“${name}” is no question of this page.` });
    }
    const controller = new AbortController();
    this.#asked.set(id, controller);
    try {
      await this.#begun;
      const answer = source.answers[name as QueryOf<C>];
      const value = await answer(args.output as never, controller.signal);
      this.#reply(controller, { t: "reply", id, value });
    } catch (error) {
      this.#reply(controller, { t: "failed", id, message: sentenceOf(error) });
    } finally {
      this.#asked.delete(id);
    }
  }

  #reply(controller: AbortController, message: ToPage): void {
    if (controller.signal.aborted) return;
    if (this.#isVisible) this.#send(message);
    else this.#held.push(message);
  }

  /** Has something sent; resolves when it is, or when there is no one to send it to. */
  #want(due: Due): Promise<void> {
    if (!this.#due || WEIGHT[due] > WEIGHT[this.#due]) this.#due = due;
    return (this.#loop ??= this.#run().finally(() => (this.#loop = undefined)));
  }

  async #run(): Promise<void> {
    while (this.#due && this.#isReady && this.#isVisible && !this.#isDisposed) {
      const due = WEIGHT[this.#due] > WEIGHT[this.#owed] ? this.#due : this.#owed;
      this.#due = undefined;
      try {
        if (due === "push") await this.#push();
        else await this.#snapshot(due);
        this.#owed = "push";
        this.#recovered();
      } catch (error) {
        if (this.#owed === "push") this.#owed = "view";
        this.#failed(error);
      }
    }
  }

  /** A new generation: the whole state; the page asks for its curves. */
  async #snapshot(t: "init" | "view"): Promise<void> {
    const { source } = this.#parts;
    this.#watching ??= source.watch(() => void this.#want("push"));
    await this.#beginAnew();
    const view = await source.view();
    this.#sendFresh(t, view);
    const place = this.#place;
    this.#place = undefined;
    if (place) this.#send({ t: "go", to: place });
  }

  /** Sends what is new: points at once, the state at most twice a second. */
  async #push(): Promise<void> {
    const { source } = this.#parts;
    const points = this.#watched.length > 0 ? await source.gained(this.#watched) : [];
    if (points.length > 0) this.#send({ t: "points", ...this.#stamp(), points });
    const waitMs = this.#viewSentMs + VIEW_EVERY_MS - Date.now();
    if (waitMs > 0) return this.#later(waitMs);
    const view = await source.view();
    if (source.epochOf(view) !== this.#epoch) {
      await this.#beginAnew();
      return this.#sendFresh("view", view);
    }
    if (JSON.stringify(view) !== this.#viewText) this.#sendView("view", view);
  }

  /** From here on series gain what comes after now: the page asks for what was before. */
  async #beginAnew(): Promise<void> {
    this.#parts.source.restart();
    if (this.#watched.length > 0) await this.#parts.source.gained(this.#watched);
  }

  #sendFresh(t: "init" | "view", view: ViewOf<C>): void {
    this.#epoch = this.#parts.source.epochOf(view);
    this.#generation++;
    this.#seq = 0;
    this.#sendView(t, view);
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

  #recovered(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#send({ t: "connection", ok: true, message: "" });
  }

  #failed(error: unknown): void {
    const message = sentenceOf(error);
    if (message !== this.#problem) this.#send({ t: "connection", ok: false, message });
    this.#problem = message;
    this.#later(RETRY_MS);
  }

  #later(ms: number): void {
    if (this.#timer || !this.#isVisible || this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#want("push");
    }, ms);
  }

  /** Watches nothing and waits for nothing while nobody looks. */
  #rest(): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #abandon(): void {
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
    this.#held = [];
  }

  #send(message: ToPage): void {
    if (this.#isVisible && !this.#isDisposed) this.#parts.port.send(message);
  }
}
