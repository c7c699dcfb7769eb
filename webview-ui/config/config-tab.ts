import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { AnswerOf } from "../../src/messages/envelope.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { RunTab } from "../run/tab.ts";
import { Answer } from "../shared/answer.ts";
import { field, fieldStyles, tickBox } from "../shared/field.ts";
import { GridKeys } from "../shared/grid-keys.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import { configStyles, tabStyles } from "./config-styles.ts";
import { entryRow, type EntryParts } from "./entry-row.ts";
import { groupsOf, shownEntries } from "./entries.ts";

type Config = AnswerOf<RunPage, "config">;

/** What is found again after a reload of the window. */
interface Kept {
  filter?: string;
  written?: boolean;
  differing?: boolean;
  asWritten?: boolean;
}

/** The config of a run: each value with where it came from, and what the file says now. */
@customElement("tf-config-tab")
export class ConfigTabElement extends LitElement implements RunTab {
  static override styles = [...shared, fieldStyles, tabStyles, configStyles];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @state() private filter = "";
  /** Only keys that somebody wrote. */
  @state() private written = false;
  @state() private differing = false;
  @state() private asWritten = false;
  readonly #config = new Answer(this, () => this.host.ask("config", {}));
  readonly #keys = new GridKeys(this);

  override connectedCallback(): void {
    const kept = (this.host.state["config"] ?? {}) as Kept;
    this.filter = kept.filter ?? "";
    this.written = kept.written ?? false;
    this.differing = kept.differing ?? false;
    this.asWritten = kept.asWritten ?? false;
    super.connectedCallback();
  }

  override render() {
    const config = this.#config.value;
    const notice = this.#config.notice(t("Reading the config…"));
    if (!config) return notice;
    return html`
      ${notice} ${this.#head(config)}
      <div class="toolbar" role="toolbar" aria-label=${t("Config")}>
        ${
          this.asWritten
            ? nothing
            : html`${field({
                icon: "filter",
                label: t("Filter keys and values"),
                value: this.filter,
                onInput: (filter) => this.#set({ filter }),
                onKey: (event) => event.key === "Escape" && this.#set({ filter: "" }),
              })}
              ${tickBox(t("Only what is written"), this.written, (written) => this.#set({ written }))}
              ${
                config.nowProblem === null
                  ? tickBox(t("Only what differs now"), this.differing, (differing) => this.#set({ differing }))
                  : nothing
              }`
        }
        <span class="spacer"></span>
        <span class="switch" role="group" aria-label=${t("View")}>
          ${this.#side(t("Values"), false)} ${this.#side(t("As written"), true)}
        </span>
      </div>
      ${this.asWritten ? this.#source(config.source) : this.#table(config)}
    `;
  }

  #head({ file, entries, nowProblem }: Config): TemplateResult {
    const name = nameOf(file);
    const open = html`<button class="link" @click=${() => this.#openFile(null)}>${t("Open {0}", name)}</button>`;
    if (nowProblem !== null)
      return html`<div class="head differs">
        ${icon("warning")}<span>${nowProblem}</span><span class="spacer"></span>
      </div>`;
    const count = entries.filter(({ differs }) => differs).length;
    if (count === 0)
      return html`<div class="head">
        ${icon("check")}<span class="quiet">${t("The same as {0} as it is now.", name)}</span
        ><span class="spacer"></span>${open}
      </div>`;
    const words =
      count === 1
        ? t("1 key differs from {0} as it is now.", name)
        : t("{0} keys differ from {1} as it is now.", formatCount(count), name);
    return html`<div class="head differs">
      ${icon("warning")}<span>${words}</span><span class="spacer"></span>
      <button class="link" @click=${() => this.host.act({ do: "diffConfig", a: this.view.id, b: null })}>
        ${t("Show differences")}</button
      >${open}
    </div>`;
  }

  #table({ entries, file }: Config): TemplateResult {
    const { filter, written, differing } = this;
    const shown = shownEntries(entries, { filter, written, differing });
    if (shown.length === 0)
      return html`<p class="answer-notice quiet">
        ${differing && filter === "" ? t("Nothing differs.") : t("No key matches.")}
        <button class="link" @click=${() => this.#set({ filter: "", written: false, differing: false })}>
          ${t("Show all keys")}
        </button>
      </p>`;
    let row = 0;
    const parts = (at: number): EntryParts => ({
      row: at,
      file: nameOf(file),
      tabIndex: (column) => this.#keys.tabIndex(at, column),
      onOpen: (key) => this.#openFile(key),
    });
    return html`<table
      role="grid"
      aria-label=${t("Config")}
      @keydown=${this.#keys.pressed}
      @focusin=${this.#keys.focused}
    >
      <thead>
        <tr>
          <th class="key" scope="col">${t("Key")}</th>
          <th scope="col">${t("Value")}</th>
          <th class="origin" scope="col">${t("From")}</th>
        </tr>
      </thead>
      ${groupsOf(shown).map(
        ({ name, entries: inside }) =>
          html`<tbody>
            ${
              name === ""
                ? nothing
                : html`<tr class="group">
                    <th colspan="3" scope="rowgroup">
                      ${name}
                      <span class="quiet">${inside.length === 1 ? t("1 key") : t("{0} keys", inside.length)}</span>
                    </th>
                  </tr>`
            }
            ${inside.map((entry) => entryRow(entry, parts(row++)))}
          </tbody>`,
      )}
    </table>`;
  }

  #source(source: string): TemplateResult {
    const lines = source.replace(/\n$/, "").split("\n");
    return html`<div class="source mono" role="region" tabindex="0" aria-label=${t("The config as it was written")}>
      ${lines.map((line, index) => {
        const comment = /(?:^|\s)#.*$/.exec(line)?.index ?? line.length;
        return html`<div>
          <span class="number">${index + 1}</span><span>${line.slice(0, comment)}</span
          ><span class="comment">${line.slice(comment)}</span>
        </div>`;
      })}
    </div>`;
  }

  #side(label: string, asWritten: boolean): TemplateResult {
    return html`<button
      class="button"
      aria-pressed=${this.asWritten === asWritten}
      @click=${() => this.#set({ asWritten })}
    >
      ${label}
    </button>`;
  }

  #set(kept: Kept): void {
    Object.assign(this, kept);
    const { filter, written, differing, asWritten } = this;
    this.host.keep({ config: { filter, written, differing, asWritten } satisfies Kept });
  }

  #openFile(key: string | null): void {
    this.host.act({ do: "openConfig", run: this.view.id, key });
  }
}

const nameOf = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;
