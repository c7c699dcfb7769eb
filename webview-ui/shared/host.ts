import * as v from "valibot";
import { setLanguage, t } from "../../src/base/l10n.ts";
import {
  toPage,
  type ActionOf,
  type AnswerOf,
  type ArgsOf,
  type FromPage,
  type Gained,
  type PageContract,
  type Place,
  type QueryOf,
  type ToPage,
  type ViewOf,
  type Watched,
} from "../../src/messages/envelope.ts";

interface EditorApi {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

export interface HostEvents<C extends PageContract> {
  /** The first and every later state of the page. `fresh`: curves must be asked for anew. */
  view: (view: ViewOf<C>, fresh: boolean) => void;
  points: (points: Gained[]) => void;
  /** "Not updating": the message says why; undefined when it updates again. */
  lost: (message: string | undefined) => void;
  /** A place of the page is to be shown. */
  go: (to: Place) => void;
}

/** A question that waits longer is failed, so that no place of a page loads for ever. */
const ANSWER_TIMEOUT_MS = 30_000;

interface Pending {
  query: string;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  timer: number;
}

/** The page's end of the conversation with its host. One a page. */
export class Host<C extends PageContract> {
  readonly #contract: C;
  readonly #listeners = new Set<Partial<HostEvents<C>>>();
  readonly #watched = new Map<unknown, Watched[]>();
  readonly #api: EditorApi;
  readonly #pending = new Map<number, Pending>();
  #serial = 0;
  #generation = -1;
  #seq = -1;
  #resyncing = false;
  /** Values kept for the workspace, as they are now. */
  remembered: Record<string, unknown> = {};

  constructor(contract: C, events: Partial<HostEvents<C>> = {}) {
    this.#contract = contract;
    this.#listeners.add(events);
    this.#api = acquireVsCodeApi();
    window.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(event.data));
    window.addEventListener("error", (event) => this.fault(event.message));
    window.addEventListener("unhandledrejection", (event) => this.fault(String(event.reason)));
  }

  /** Asks for the first state, and notes which page this is, so that a reload of the window brings it back. */
  start(): void {
    const { ref } = document.body.dataset;
    if (ref !== undefined) this.keep({ ref: JSON.parse(ref) as unknown });
    this.#api.postMessage({ t: "ready" });
  }

  /** Hears of what comes from now on; the function returned ends that. */
  listen(events: Partial<HostEvents<C>>): () => void {
    this.#listeners.add(events);
    return () => this.#listeners.delete(events);
  }

  /** Asks; rejects with the host's sentence, after a timeout, or with `AbortError`. */
  ask<Q extends QueryOf<C>>(query: Q, args: ArgsOf<C, Q>, signal?: AbortSignal): Promise<AnswerOf<C, Q>> {
    const id = ++this.#serial;
    return new Promise<AnswerOf<C, Q>>((resolve, reject) => {
      const give = (error: Error): void => {
        this.#settle(id);
        this.#api.postMessage({ t: "forget", id });
        reject(error);
      };
      const timer = window.setTimeout(
        () => give(new Error(t("The editor did not answer within 30 seconds."))),
        ANSWER_TIMEOUT_MS,
      );
      signal?.addEventListener("abort", () => this.#pending.has(id) && give(new DOMException("", "AbortError")));
      this.#pending.set(id, { query, resolve: resolve as (value: unknown) => void, reject, timer });
      this.#api.postMessage({ t: "ask", id, query, args });
    });
  }

  act(action: ActionOf<C>): void {
    this.#api.postMessage({ t: "do", action });
  }

  /** Names all series whose gains one part of the page wants, in place of those it named before. */
  watch(series: Watched[], part: unknown = "page"): void {
    if (series.length > 0) this.#watched.set(part, series);
    else if (!this.#watched.delete(part)) return;
    const all = new Map([...this.#watched.values()].flat().map((one) => [`${one.run}\n${one.metric}`, one]));
    this.#api.postMessage({ t: "watch", series: [...all.values()] });
  }

  /** Keeps a value for the workspace. */
  remember(key: string, value: unknown): void {
    this.remembered[key] = value;
    this.#api.postMessage({ t: "remember", key, value });
  }

  fault(message: string): void {
    this.#api.postMessage({ t: "fault", message: message.slice(0, 4000) });
  }

  /** Asks for everything again ("Reconnect"). */
  reconnect(): void {
    this.#api.postMessage({ t: "resync" });
  }

  /** What this page keeps of itself over a reload of the window (tab, zoom, scroll). */
  get state(): Record<string, unknown> {
    const state = this.#api.getState();
    return typeof state === "object" && state !== null ? (state as Record<string, unknown>) : {};
  }

  keep(part: Record<string, unknown>): void {
    this.#api.setState({ ...this.state, ...part });
  }

  #receive(raw: unknown): void {
    const parsed = v.safeParse(toPage, raw);
    if (!parsed.success) return; // others post to this window too
    const message = parsed.output;
    // Before the first state the language is not known, and nothing can be shown.
    if (this.#generation < 0 && (message.t === "view" || message.t === "points")) return;
    switch (message.t) {
      case "init":
        setLanguage(message.language, message.texts);
        document.documentElement.lang = message.language;
        this.remembered = message.remembered;
        return this.#view(message);
      case "view":
        return this.#view(message);
      case "points":
        return this.#follows(message) ? this.#tell("points", message.points) : this.#resync();
      case "reply":
        return this.#reply(message.id, message.value);
      case "failed":
        return this.#settle(message.id)?.reject(new Error(message.message));
      case "connection":
        return this.#tell("lost", message.ok ? undefined : message.message);
      case "go":
        return this.#tell("go", message.to);
    }
  }

  #view(message: Extract<ToPage, { t: "init" | "view" }>): void {
    const isFresh = message.generation !== this.#generation;
    if (isFresh) {
      this.#generation = message.generation;
      this.#seq = message.seq;
    } else if (!this.#follows(message)) return this.#resync();
    this.#resyncing = false;
    const view = v.safeParse(this.#contract.view, message.view);
    if (view.success) return this.#tell("view", view.output as ViewOf<C>, isFresh);
    const [issue] = view.issues;
    this.fault(`The state of the page is not understood: ${v.getDotPath(issue) ?? ""} ${issue.message}`);
    this.#tell("lost", t("The page and the extension are not of one version."));
  }

  /** A push was missed. Those still under way belong to the old generation and ask for nothing more. */
  #resync(): void {
    if (this.#resyncing) return;
    this.#resyncing = true;
    this.reconnect();
  }

  #tell<K extends keyof HostEvents<C>>(name: K, ...values: Parameters<HostEvents<C>[K]>): void {
    for (const listener of this.#listeners)
      (listener[name] as ((...all: typeof values) => void) | undefined)?.(...values);
  }

  #follows({ generation, seq }: { generation: number; seq: number }): boolean {
    const follows = generation === this.#generation && seq === this.#seq + 1;
    if (follows) this.#seq = seq;
    return follows;
  }

  #reply(id: number, value: unknown): void {
    const pending = this.#settle(id);
    if (!pending) return;
    const answer = v.safeParse(this.#contract.queries[pending.query]!.answer, value);
    if (answer.success) return pending.resolve(answer.output);
    this.fault(`The answer to “${pending.query}” is not understood: ${answer.issues[0].message}`);
    pending.reject(new Error(t("The page and the extension are not of one version.")));
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    window.clearTimeout(pending?.timer);
    this.#pending.delete(id);
    return pending;
  }
}
