import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatCount, formatInstant } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import { deltaMark, deltaStyles } from "../shared/delta.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import "../shared/menu.ts";
import { slotColor } from "../shared/slots.ts";
import { isLive, stateLook } from "../shared/state-words.ts";
import { shared, signalText } from "../shared/styles.ts";
import { Ticker } from "../shared/ticker.ts";
import { headerButtons, menuEntries, type HeaderButton } from "./actions.ts";
import { ageText } from "./ages.ts";
import { bestFigure } from "./best.ts";

const TAGS_SHOWN = 4;

/** Name, state and provenance of the run, and what can be done with it. */
@customElement("tf-run-header")
export class RunHeaderElement extends LitElement {
  static override styles = [
    ...shared,
    signalText,
    deltaStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      header {
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 42px;
        padding: 0 var(--page-gap, 16px);
      }
      .facts {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 10px;
        min-width: 0;
        overflow: hidden;
      }
      .dot {
        flex: none;
        width: 10px;
        height: 10px;
        border-radius: 50%;
      }
      h1 {
        margin: 0;
        font-size: 15px;
        font-weight: 600;
        line-height: 22px;
        flex: none;
        max-width: 36%;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        font-weight: 600;
        white-space: nowrap;
      }
      .mark {
        display: inline-flex;
        color: var(--signal);
      }
      .age,
      .best {
        white-space: nowrap;
      }
      .star {
        color: var(--vscode-charts-yellow);
      }
      .best .icon {
        vertical-align: -3px;
      }
      .more {
        display: flex;
        align-items: center;
        gap: 8px;
        min-width: 0;
        flex: 1 1 0;
        flex-wrap: wrap;
        height: 22px;
        overflow: hidden;
      }
      .chip {
        max-width: min(160px, 100%);
        margin: 2px 0;
      }
      .link {
        max-width: 100%;
        line-height: 20px;
      }
      .chip .icon {
        font-size: 12px;
        width: 12px;
        height: 12px;
      }
      .buttons {
        display: flex;
        flex: none;
        gap: 8px;
      }
      @container (max-width: 900px) {
        .tags {
          display: none;
        }
      }
      @container (max-width: 880px) {
        .ended .age,
        .ended .chip {
          display: none;
        }
      }
      @container (max-width: 740px) {
        .chip,
        .age {
          display: none;
        }
      }
      @container (max-width: 600px) {
        .more,
        .best,
        .button span.label {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;

  constructor() {
    super();
    new Ticker(this, () => isLive(this.view));
  }

  override render() {
    const { view } = this;
    const look = stateLook(view.state);
    const age = ageText(view, Date.now());
    return html`<header class=${isLive(view) ? "" : "ended"}>
      <div class="facts">
        <span class="dot" style="background: ${slotColor(view.slot)}"></span>
        <h1 class="clipped" title=${view.name} @dblclick=${this.#rename}>${view.name}</h1>
        ${view.starred ? html`<span class="star" title=${t("Starred")}>${icon("star-full")}</span>` : ""}
        <span class="state signal" style="--signal: ${look.color}" title=${[view.cause, age].filter(Boolean).join("\n")}
          ><span class="mark">${icon(look.icon, look.spins ? "spin" : "")}</span>${look.word}</span
        >
        <span class="age quiet" title=${this.#times()}>${age}</span>
        ${isLive(view) ? "" : this.#best()} ${this.#more()}
      </div>
      <div class="buttons">
        ${headerButtons(view).map((button) => this.#button(button))}
        <tf-menu-button
          .items=${menuEntries(view)}
          .label=${t("More actions")}
          @tf-choose=${(event: CustomEvent<string>) => this.#chosen(event)}
          >${icon("ellipsis")}</tf-menu-button
        >
      </div>
    </header>`;
  }

  #button({ label, icon: name, action, isPrimary, disabled }: HeaderButton) {
    return html`<button
      class="button ${isPrimary ? "primary" : ""}"
      aria-disabled=${disabled === undefined ? nothing : "true"}
      aria-label=${label}
      title=${disabled ?? label}
      @click=${() => disabled === undefined && this.host.act(action)}
    >
      ${icon(name)}<span class="label">${label}</span>
    </button>`;
  }

  #best() {
    const best = bestFigure(this.view);
    if (!best) return "";
    return html`<span class="best" title=${t("Best {0}, at step {1}", best.metric, formatCount(best.step))}
      ><span class="star">${icon("star-full")}</span> ${best.name} ${best.value}
      ${best.delta ? deltaMark(best.delta.text, best.delta.kind, best.delta.title) : ""}</span
    >`;
  }

  /** Where the run comes from: what gives way first when the page is narrow. */
  #more() {
    const { tags, git, configFile, parent } = this.view;
    const more = tags.length - TAGS_SHOWN;
    return html`<span class="more">
      ${tags
        .slice(0, TAGS_SHOWN)
        .map((tag) => html`<span class="chip tags" title=${tag}><span class="clipped">${tag}</span></span>`)}
      ${more > 0 ? html`<span class="chip tags" title=${tags.slice(TAGS_SHOWN).join(", ")}>+${more}</span>` : ""}
      ${
        git
          ? html`<span class="chip" title=${git.branch ? t("Commit {0} on {1}", git.commit, git.branch) : git.commit}
              >${icon("git-commit")}<span class="clipped"
                >${git.dirty ? t("{0} + changes", git.commit.slice(0, 7)) : git.commit.slice(0, 7)}</span
              ></span
            >`
          : ""
      }
      ${
        parent
          ? html`<button class="link clipped" title=${t("Open the parent run")} @click=${() => this.#open(parent.run)}>
              ${t("from {0}, step {1}", parent.name ?? parent.run, formatCount(parent.step))}
            </button>`
          : ""
      }
      <button class="link clipped" title=${configFile} @click=${() => this.#config()}>${fileName(configFile)}</button>
    </span>`;
  }

  #times(): string {
    const { startedMs, endedMs } = this.view;
    if (startedMs === null) return "";
    return endedMs === null
      ? t("Started {0}", formatInstant(startedMs))
      : t("Started {0}, ended {1}", formatInstant(startedMs), formatInstant(endedMs));
  }

  #chosen(event: CustomEvent<string>): void {
    const entry = menuEntries(this.view).find(({ id }) => id === event.detail);
    if (entry) this.host.act(entry.action);
  }

  readonly #rename = (): void => {
    if (this.view.readOnly === null) this.host.act({ do: "renameRun", run: this.view.id });
  };

  #open(run: string): void {
    this.host.act({ do: "openRun", run });
  }

  #config(): void {
    this.host.act({ do: "openConfig", run: this.view.id, key: null });
  }
}

const fileName = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
