import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../src/base/l10n.ts";
import { icon } from "./icon.ts";
import { shared } from "./styles.ts";

/** The strip "Not updating. Reconnect", while there is a reason for it. */
@customElement("tf-connection")
export class ConnectionElement extends LitElement {
  static override styles = [
    ...shared,
    css`
      :host {
        display: block;
      }
      .strip {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 28px;
        padding: 2px var(--page-gap, 16px);
        color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
        background: var(--vscode-inputValidation-warningBackground);
        border-bottom: 1px solid var(--vscode-inputValidation-warningBorder);
      }
      .icon {
        color: var(--vscode-editorWarning-foreground);
      }
      .words {
        flex: 1;
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) host!: { reconnect(): void };
  /** Why the page does not update; undefined when it does. */
  @property({ attribute: false }) message: string | undefined;

  override render() {
    if (this.message === undefined) return "";
    return html`<div class="strip" role="alert">
      ${icon("warning")}
      <span class="words"><b>${t("Not updating.")}</b> ${this.message}</span>
      <button class="link" @click=${() => this.host.reconnect()}>${t("Reconnect")}</button>
    </div>`;
  }
}
