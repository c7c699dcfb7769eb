import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "./styles.ts";

export interface Tab {
  id: string;
  label: string;
  /** A count beside the label; absent or 0 = none. */
  badge?: number;
  /** What the badge counts, as a sentence. */
  badgeTitle?: string;
}

/**
 * A row of tabs and the panel below it, which holds what is slotted. Arrow keys, Home and End move and choose.
 * Fires `tf-select` (detail: the tab's id) when a person chooses another one, and `tf-scroll` (detail: pixels) when the
 * panel was scrolled and rests.
 */
@customElement("tf-tabs")
export class TabsElement extends LitElement {
  static override styles = [
    ...shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .tabs {
        display: flex;
        flex: none;
        height: 30px;
        padding: 0 var(--page-gap, 16px);
        gap: 20px;
        border-bottom: 1px solid var(--vscode-panel-border);
        overflow-x: auto;
        scrollbar-width: none;
      }
      [role="tab"] {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        padding: 0;
        border: 0;
        border-bottom: 1px solid transparent;
        border-radius: 0;
        white-space: nowrap;
        color: var(--vscode-panelTitle-inactiveForeground);
      }
      [role="tab"]:hover,
      [role="tab"][aria-selected="true"] {
        color: var(--vscode-panelTitle-activeForeground);
      }
      [role="tab"][aria-selected="true"] {
        border-bottom-color: var(--vscode-panelTitle-activeBorder);
      }
      :host-context(body.vscode-high-contrast) [role="tab"][aria-selected="true"] {
        border-bottom-width: 2px;
      }
      [role="tabpanel"] {
        flex: 1;
        min-height: 0;
        overflow: auto;
        position: relative;
      }
    `,
  ];

  @property({ attribute: false }) tabs: readonly Tab[] = [];
  @property() selected = "";
  /** What the tabs are of, for screen readers. */
  @property() label = "";

  /** The element that scrolls. */
  get panel(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>("[role=tabpanel]");
  }

  #scrollTimer: number | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.#scrollTimer);
  }

  /** Scrolls the panel as soon as its content is tall enough; given up when it has not become so within a second. */
  async restoreScroll(top: number): Promise<void> {
    await this.updateComplete;
    const { panel } = this;
    if (!panel) return;
    panel.scrollTop = top;
    for (let tries = 0; tries < 20 && Math.abs(panel.scrollTop - top) > 1; tries++) {
      await new Promise((done) => window.setTimeout(done, 50));
      panel.scrollTop = top;
    }
  }

  override render() {
    return html`
      <div class="tabs" role="tablist" aria-label=${this.label} @keydown=${(event: KeyboardEvent) => this.#move(event)}>
        ${this.tabs.map(
          ({ id, label, badge, badgeTitle }) =>
            html`<button
              role="tab"
              id="tab-${id}"
              aria-selected=${id === this.selected}
              aria-controls="panel"
              tabindex=${id === this.selected ? 0 : -1}
              @click=${() => this.#choose(id)}
            >
              ${label}${badge ? html`<span class="badge" title=${badgeTitle ?? ""}>${badge}</span>` : ""}
            </button>`,
        )}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby="tab-${this.selected}" tabindex="0" @scroll=${this.#scrolled}>
        <slot></slot>
      </div>
    `;
  }

  #choose(id: string): void {
    if (id !== this.selected) this.dispatchEvent(new CustomEvent("tf-select", { detail: id }));
  }

  readonly #scrolled = (): void => {
    window.clearTimeout(this.#scrollTimer);
    this.#scrollTimer = window.setTimeout(
      () => this.dispatchEvent(new CustomEvent("tf-scroll", { detail: this.panel?.scrollTop ?? 0 })),
      200,
    );
  };

  #move(event: KeyboardEvent): void {
    const at = this.tabs.findIndex(({ id }) => id === this.selected);
    const last = this.tabs.length - 1;
    const targets: Record<string, number> = {
      ArrowLeft: at === 0 ? last : at - 1,
      ArrowRight: at === last ? 0 : at + 1,
      Home: 0,
      End: last,
    };
    const tab = this.tabs[targets[event.key] ?? -1];
    if (!tab) return;
    event.preventDefault();
    this.#choose(tab.id);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${tab.id}`)?.focus());
  }
}
