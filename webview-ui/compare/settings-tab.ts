import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { PageDifference } from "../../src/messages/compare-page.ts";
import { field, fieldStyles, tickBox } from "../shared/field.ts";
import { shared } from "../shared/styles.ts";
import "./diff-table.ts";
import type { Comparison } from "./runs.ts";

/** All keys of the configs or the environments. Fires `tf-equal` (detail: whether equal keys are listed). */
@customElement("tf-compare-settings")
export class CompareSettingsElement extends LitElement {
  static override styles = [
    ...shared,
    fieldStyles,
    css`
      :host {
        display: block;
        padding: 0 var(--page-gap) 16px;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 16px;
        min-height: 38px;
        font-size: 12px;
      }
      .field {
        width: 180px;
      }
      .empty {
        padding: 24px 0;
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) rows: readonly PageDifference[] = [];
  @property({ type: Boolean }) equal = false;
  @property() label = "";
  @state() private filter = "";

  override render() {
    const { comparison, rows } = this;
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const differing = rows.filter(({ differs }) => differs).length;
    const shown = rows.filter(
      ({ key, differs, values }) =>
        (differs || this.equal) &&
        words.every((word) => `${key} ${JSON.stringify(values)}`.toLowerCase().includes(word)),
    );
    return html`<div class="bar">
        ${field({
          icon: "search",
          label: t("Filter keys and values"),
          value: this.filter,
          onInput: (filter) => (this.filter = filter),
        })}
        ${tickBox(t("Show equal keys"), this.equal, (equal) => this.dispatchEvent(new CustomEvent("tf-equal", { detail: equal })))}
        <span class="quiet"
          >${t("{0} of {1} keys differ; a dot means same as {2}", formatCount(differing), formatCount(rows.length), comparison.baseline.letter)}</span
        >
      </div>
      ${
        shown.length > 0
          ? html`<tf-diff-table .label=${this.label} .comparison=${comparison} .rows=${shown}></tf-diff-table>`
          : html`<p class="empty quiet">
              ${words.length > 0 ? t("No key matches “{0}”.", this.filter) : t("All keys are the same.")}
              ${words.length > 0 ? html`<button class="link" @click=${() => (this.filter = "")}>${t("Clear the filter")}</button>` : nothing}
            </p>`
      }`;
  }
}
