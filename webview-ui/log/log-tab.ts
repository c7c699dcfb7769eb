import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { formatCount, formatFileSize } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { GoTo, RunTab } from "../run/tab.ts";
import { field, fieldStyles, tickBox } from "../shared/field.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import { isLive } from "../shared/state-words.ts";
import { shared } from "../shared/styles.ts";
import { Ticker } from "../shared/ticker.ts";
import { LogFind } from "./find.ts";
import type { FileLink } from "./links.ts";
import type { LogListElement } from "./log-list.ts";
import "./log-list.ts";
import { LogModel } from "./model.ts";
import { logTabStyles } from "./styles.ts";

/** What is found again after a reload of the window. */
interface Kept {
  follows?: boolean;
  wraps?: boolean;
  timed?: boolean;
  line?: number;
  find?: string;
}

const COPIED_MS = 8000;

/** The output of a run: followed, searched, with colours and links. */
@customElement("tf-log-tab")
export class LogTabElement extends LitElement implements RunTab {
  static override styles = [...shared, fieldStyles, logTabStyles];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @property({ attribute: false }) goto: GoTo | undefined;
  @state() private follows = true;
  /** What was copied, said for a while. */
  @state() private copied = "";
  #copiedTimer = 0;
  @state() private wraps = false;
  @state() private timed = false;
  @state() private current = 0;
  /** Counts what the model and the search found out. */
  @state() private version = 0;
  @query("tf-log-list") private readonly list!: LogListElement | null;
  @query(".field input") private readonly input!: HTMLInputElement;
  private model!: LogModel;
  private find!: LogFind;
  /** Where the list is to begin once its lines are known. */
  #begin: number | undefined;
  #text = "";

  constructor() {
    super();
    // Output comes between two changes of the run's state, too.
    new Ticker(this, () => isLive(this.view));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.#key);
    const kept = (this.host.state["log"] ?? {}) as Kept;
    this.model = new LogModel(this.host, () => this.#grown());
    this.find = new LogFind(this.host, () => this.version++);
    this.follows = kept.follows ?? true;
    this.wraps = kept.wraps ?? false;
    this.timed = kept.timed ?? false;
    this.#text = kept.find ?? "";
    this.#begin = this.follows ? undefined : kept.line;
    this.model.setTimed(this.timed);
    if (this.#text !== "") this.find.search(this.#text, 1, () => {});
  }

  override disconnectedCallback(): void {
    this.#keep();
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.#key);
    this.model.close();
    this.find.close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Without a change it is the ticker's second that has passed.
    if (changed.has("view") || changed.size === 0) void this.model.refresh();
    if (changed.has("goto") && this.goto?.line !== undefined) this.#lookAt(this.goto.line);
  }

  override render() {
    const { state, problem } = this.model;
    const isEmpty = state?.lines === 0 && state.complete;
    return html`
      <div class="toolbar" role="toolbar" aria-label=${t("Log")}>
        ${field({
          icon: "search",
          label: t("Find in log"),
          value: this.#text,
          onInput: (text) => this.#search(text),
          onKey: (event) => this.#findKey(event),
        })}
        ${this.#text === "" ? nothing : this.#found()}
        ${tickBox(t("Wrap lines"), this.wraps, (on) => this.#set({ wraps: on }))}
        ${tickBox(t("Times"), this.timed, (on) => this.#set({ timed: on }))}
        <span class="spacer"></span>
        <span class="quiet" role=${this.copied ? "status" : nothing}>${this.copied || this.#size()}</span>
        <span class="group">
          <button
            class="icon-button"
            title=${t("Copy the log")}
            aria-label=${t("Copy the log")}
            @click=${() => void this.#copy()}
          >
            ${icon("copy")}
          </button>
          <button
            class="icon-button"
            title=${t("Open as a text document")}
            aria-label=${t("Open as a text document")}
            @click=${() => this.#openLog()}
          >
            ${icon("go-to-file")}
          </button>
        </span>
        ${
          isLive(this.view)
            ? html`<button
                class="button"
                aria-pressed=${this.follows}
                @click=${() => this.#set({ follows: !this.follows })}
              >
                ${icon("debug-continue")}${t("Follow")}
              </button>`
            : nothing
        }
      </div>
      ${problem === "" ? nothing : html`<div class="notice" role="alert">${problem}</div>`}
      ${isEmpty ? html`<div class="notice quiet">${this.#emptyWords()}</div>` : nothing}
      ${
        isEmpty || !state
          ? nothing
          : html`<tf-log-list
              .model=${this.model}
              .find=${this.#text.toLowerCase()}
              .current=${this.current}
              .wraps=${this.wraps}
              .timed=${this.timed}
              .follows=${this.follows}
              @tf-follow=${(event: CustomEvent<boolean>) => this.#set({ follows: event.detail })}
              @tf-moved=${() => this.#keep()}
              @tf-open=${(event: CustomEvent<FileLink>) => this.#open(event.detail)}
            ></tf-log-list>`
      }
    `;
  }

  protected override updated(): void {
    if (this.#begin === undefined || !this.list) return;
    this.list.show(this.#begin);
    this.#begin = undefined;
  }

  /** What the page knows of the log has changed. */
  #grown(): void {
    const { state } = this.model;
    if (state) this.find.grow(state.lines);
    this.list?.requestUpdate();
    this.version++;
  }

  #size(): string {
    const { state } = this.model;
    if (!state) return "";
    const size = t("{0} lines, {1}", formatCount(state.lines), formatFileSize(state.bytes));
    return state.complete ? size : t("{0} so far, reading on…", size);
  }

  #emptyWords(): string {
    return isLive(this.view) ? t("No output yet.") : t("This run wrote no output.");
  }

  #found() {
    const { lines, complete, at } = this.find.count;
    const total = complete ? formatCount(lines) : `${formatCount(lines)}+`;
    const isBusy = this.find.isSearching && lines === 0;
    const words =
      this.find.problem ||
      (isBusy ? t("Searching…") : lines === 0 ? t("No line has it.") : t("Line {0} of {1}", formatCount(at), total));
    return html`<span class="group">
      <span class="quiet" role="status">${words}</span>
      ${[-1 as const, 1 as const].map((by) => {
        const label = by < 0 ? t("Previous match") : t("Next match");
        return html`<button
          class="icon-button"
          title=${label}
          aria-label=${label}
          ?disabled=${lines === 0}
          @click=${() => this.#move(by)}
        >
          ${icon(by < 0 ? "arrow-up" : "arrow-down")}
        </button>`;
      })}
    </span>`;
  }

  #set(kept: Pick<Kept, "follows" | "wraps" | "timed">): void {
    if (kept.timed !== undefined) this.model.setTimed(kept.timed);
    Object.assign(this, kept);
    this.#keep();
  }

  #keep(): void {
    const { follows, wraps, timed } = this;
    const kept: Kept = { follows, wraps, timed, find: this.#text };
    if (!follows && this.list) kept.line = this.list.topLine;
    this.host.keep({ log: kept });
  }

  #search(text: string): void {
    this.#text = text;
    this.current = 0;
    this.find.search(text, this.list?.topLine ?? 1, (line) => this.#lookAt(line));
    this.#keep();
  }

  #move(by: 1 | -1): void {
    const line = this.find.move(by);
    if (line !== undefined) this.#lookAt(line);
  }

  /** Shows a line and marks it. */
  #lookAt(line: number): void {
    this.follows = false;
    this.current = line;
    if (this.list) this.list.show(line);
    else this.#begin = line;
    this.#keep();
  }

  /** Finding is at hand wherever on the page the keys go. */
  readonly #key = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "f") return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  };

  #findKey(event: KeyboardEvent): void {
    if (event.key === "Enter") this.#move(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      this.#search("");
      this.list?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #open({ file, line }: FileLink): void {
    this.host.act({ do: "openFile", run: this.view.id, file, line });
  }

  #openLog(): void {
    const line = this.list?.topLine ?? null;
    this.host.act({ do: "openFile", run: this.view.id, file: `${this.view.dir}/output.log`, line });
  }

  async #copy(): Promise<void> {
    const { text, left } = await this.host.ask("logText", {});
    this.host.act({ do: "copyText", text });
    this.copied =
      left === 0 ? t("Copied.") : t("Copied without the first {0} lines; the file has them.", formatCount(left));
    window.clearTimeout(this.#copiedTimer);
    this.#copiedTimer = window.setTimeout(() => (this.copied = ""), COPIED_MS);
  }
}
