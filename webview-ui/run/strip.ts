import { html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatInstant, formatPast } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { PageAlert, RunView } from "../../src/messages/run-view.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import { isLive } from "../shared/state-words.ts";
import { shared } from "../shared/styles.ts";
import { Ticker } from "../shared/ticker.ts";
import { alertKey, alertNotice, quietFacts, stateNotice, type Notice, type NoticeLink } from "./notices.ts";
import { stripStyles } from "./strip-styles.ts";
import { go } from "./tab.ts";

const ICONS = { error: "error", warning: "warning", info: "info" } as const;
/** More than these are in the charts and the log. */
const LISTED = 50;

/** What the run has to say: its state when that needs words, the newest alert, quiet facts. */
@customElement("tf-run-strip")
export class RunStripElement extends LitElement {
  static override styles = [...shared, stripStyles];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @state() private isUnfolded = false;
  @state() private dismissed: readonly string[] = [];

  constructor() {
    super();
    new Ticker(this, () => isLive(this.view) && this.view.state !== "running");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const kept = this.host.state["dismissed"];
    if (Array.isArray(kept)) this.dismissed = kept.filter((key): key is string => typeof key === "string");
  }

  override render() {
    const { view } = this;
    const notice = stateNotice(view, Date.now());
    // What ended the run is said by its state already.
    const isSaid = (alert: PageAlert): boolean => notice !== undefined && alert.message === view.cause;
    const alerts = view.alerts
      .filter((alert) => !alert.muted && !isSaid(alert) && !this.dismissed.includes(alertKey(alert)))
      .toReversed();
    const muted = view.alerts.filter((alert) => alert.muted).toReversed();
    const [newest, ...rest] = alerts;
    return html`
      ${notice ? this.#strip(notice) : ""} ${newest ? this.#strip(alertNotice(view, newest), newest, rest.length) : ""}
      ${this.isUnfolded && newest ? this.#list([...rest, ...muted].slice(0, LISTED)) : ""} ${this.#facts(muted.length)}
      ${!newest && this.isUnfolded ? this.#list(muted.slice(0, LISTED)) : ""}
    `;
  }

  #strip({ kind, lead, text, code, links }: Notice, alert?: PageAlert, more = 0) {
    return html`<div class="strip ${kind}" role=${alert ? "group" : "status"} aria-label=${alert ? t("Alert") : lead}>
      ${icon(ICONS[kind])}
      <div class="words" title=${alert ? formatInstant(alert.timeMs) : ""}>
        <b>${lead}</b> ${text}${code ? html` <code class="clipped" title=${code}>${code}</code>` : ""}
      </div>
      <div class="links">
        ${
          more > 0
            ? html`<button class="link" aria-expanded=${this.isUnfolded} @click=${this.#unfold}>
                ${t("+{0} more", more)}
              </button>`
            : ""
        }
        ${links.map((link) => this.#link(link))}
        ${
          alert
            ? html`<button
                class="icon-button"
                title=${t("Dismiss")}
                aria-label=${t("Dismiss")}
                @click=${() => this.#dismiss(alert)}
              >
                ${icon("close")}
              </button>`
            : ""
        }
      </div>
    </div>`;
  }

  #list(alerts: readonly PageAlert[]) {
    if (alerts.length === 0) return "";
    return html`<ul aria-label=${t("Earlier alerts")}>
      ${alerts.map((alert) => {
        const { kind, lead, text, links } = alertNotice(this.view, alert);
        return html`<li>
          <span class=${kind}>${icon(ICONS[kind])}</span>
          <div class="words clipped" title="${lead} ${text}"><b>${lead}</b> ${text}</div>
          <span class="quiet" title=${formatInstant(alert.timeMs)}>${formatPast(alert.timeMs, Date.now())}</span>
          ${links.map((link) => this.#link(link))}
        </li>`;
      })}
    </ul>`;
  }

  #facts(muted: number) {
    const { note, id, readOnly } = this.view;
    const facts = quietFacts(this.view);
    if (facts.length === 0 && note === "" && muted === 0) return "";
    return html`<div class="facts">
      ${facts.map((fact) => html`<span class="clipped" title=${fact}>${fact}</span>`)}
      ${
        note === ""
          ? ""
          : html`<button
              class="note clipped"
              title=${note}
              ?disabled=${readOnly !== null}
              aria-label=${t("Note: {0}", note)}
              @click=${() => this.host.act({ do: "noteRun", run: id })}
            >
              ${icon("note")} ${note}
            </button>`
      }
      ${
        muted > 0
          ? html`<button class="link" aria-expanded=${this.isUnfolded} @click=${this.#unfold}>
              ${muted === 1 ? t("1 muted alert") : t("{0} muted alerts", muted)}
            </button>`
          : ""
      }
    </div>`;
  }

  #link(link: NoticeLink) {
    return html`<button class="link" @click=${() => ("go" in link ? go(this, link.go) : this.host.act(link.action))}>
      ${link.label}
    </button>`;
  }

  readonly #unfold = (): void => void (this.isUnfolded = !this.isUnfolded);

  #dismiss(alert: PageAlert): void {
    this.dismissed = [...this.dismissed, alertKey(alert)].slice(-200);
    this.host.keep({ dismissed: this.dismissed });
  }
}
