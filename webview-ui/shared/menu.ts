import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { icon, type IconName } from "./icon.ts";
import { shared } from "./styles.ts";

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconName;
  /** Key that does the same, as words. */
  key?: string;
  /** Why it cannot be chosen now. */
  disabled?: string | undefined;
  /** A line above it. */
  separated?: boolean;
}

/**
 * A button that opens a menu. Enter, Space or Down open it; arrows, Home, End and first letters move; Escape and Tab
 * close it. Fires `tf-choose` (detail: the item's id). The button shows what is slotted.
 */
@customElement("tf-menu-button")
export class MenuButtonElement extends LitElement {
  static override styles = [
    ...shared,
    css`
      :host {
        position: relative;
        display: inline-flex;
      }
      [role="menu"] {
        position: absolute;
        z-index: 30;
        top: calc(100% + 2px);
        right: 0;
        min-width: 200px;
        max-height: 70vh;
        overflow-y: auto;
        padding: 4px;
        border: 1px solid var(--vscode-menu-border, var(--vscode-panel-border));
        border-radius: 6px;
        color: var(--vscode-menu-foreground);
        background: var(--vscode-menu-background);
        box-shadow: 0 2px 8px var(--vscode-widget-shadow);
      }
      [role="menuitem"] {
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        height: 24px;
        padding: 0 8px;
        text-align: left;
        white-space: nowrap;
      }
      [role="menuitem"]:focus-visible,
      [role="menuitem"]:hover:not([aria-disabled="true"]) {
        color: var(--vscode-menu-selectionForeground);
        background: var(--vscode-menu-selectionBackground);
        outline: 1px solid var(--vscode-menu-selectionBorder, transparent);
      }
      .key {
        margin-left: auto;
        padding-left: 24px;
        opacity: 0.8;
      }
      [role="separator"] {
        margin: 4px 0;
        border-top: 1px solid var(--vscode-menu-separatorBackground, var(--vscode-panel-border));
      }
    `,
  ];

  @property({ attribute: false }) items: readonly MenuItem[] = [];
  @property() label = "";
  /** `icon-button` or `button`. */
  @property() look: "icon-button" | "button" = "icon-button";
  @state() private isOpen = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  override render() {
    return html`
      <button
        class=${this.look}
        aria-haspopup="menu"
        aria-expanded=${this.isOpen}
        aria-label=${this.label || nothing}
        title=${this.label || nothing}
        @click=${() => (this.isOpen ? this.#close(true) : this.#open("first"))}
        @keydown=${(event: KeyboardEvent) => this.#buttonKey(event)}
      >
        <slot></slot>
      </button>
      ${this.isOpen ? html`<div role="menu" aria-label=${this.label} @keydown=${(event: KeyboardEvent) => this.#menuKey(event)}>${this.items.map((item) => this.#item(item))}</div>` : ""}
    `;
  }

  #item({ id, label, icon: name, key, disabled, separated }: MenuItem) {
    return html`${separated ? html`<div role="separator"></div>` : ""}<button
        role="menuitem"
        tabindex="-1"
        aria-disabled=${disabled === undefined ? nothing : "true"}
        title=${disabled ?? nothing}
        @click=${() => disabled === undefined && this.#choose(id)}
      >
        ${name ? icon(name) : html`<span class="icon"></span>`}${label}${key ? html`<span class="key">${key}</span>` : ""}
      </button>`;
  }

  #choose(id: string): void {
    this.#close(true);
    this.dispatchEvent(new CustomEvent("tf-choose", { detail: id }));
  }

  #open(at: "first" | "last"): void {
    this.isOpen = true;
    document.addEventListener("pointerdown", this.#outside, true);
    window.addEventListener("blur", this.#blurred);
    void this.updateComplete.then(() => this.#entries.at(at === "first" ? 0 : -1)?.focus());
  }

  #close(andFocus = false): void {
    this.isOpen = false;
    document.removeEventListener("pointerdown", this.#outside, true);
    window.removeEventListener("blur", this.#blurred);
    if (andFocus) this.renderRoot.querySelector("button")?.focus();
  }

  readonly #outside = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.#close();
  };
  readonly #blurred = (): void => this.#close();

  get #entries(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>("[role=menuitem]")];
  }

  #buttonKey(event: KeyboardEvent): void {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.#open(event.key === "ArrowDown" ? "first" : "last");
  }

  #menuKey(event: KeyboardEvent): void {
    const entries = this.#entries;
    const at = entries.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (event.key === "Escape") this.#close(true);
    else if (event.key === "Tab") return this.#close(true);
    else if (Object.hasOwn(to, event.key)) entries.at(to[event.key]! % entries.length)?.focus();
    else if (event.key.length === 1 && event.key !== " ") this.#jump(event.key, at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** To the next item that begins with a letter. */
  #jump(letter: string, from: number): void {
    const { items } = this;
    for (let step = 1; step <= items.length; step++) {
      const index = (from + step) % items.length;
      if (items[index]!.label.toLocaleLowerCase().startsWith(letter.toLocaleLowerCase()))
        return this.#entries[index]!.focus();
    }
  }
}
