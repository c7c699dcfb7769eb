import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatPercent } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { shared } from "../shared/styles.ts";
import { theme } from "../shared/theme.ts";
import { shareOf, type Confusion } from "./confusion.ts";
import { heatScale, parseColor, type Heat } from "./heat.ts";

/** A cell of the matrix. */
export interface ConfusionCell {
  truth: string;
  predicted: string;
}

/**
 * Counts of true against predicted labels, shaded by their share of the row. Arrow keys move; Enter, Space or click chooses a
 * cell, and again leaves it. Fires `tf-cell` (detail: `ConfusionCell` or null).
 */
@customElement("tf-confusion-matrix")
export class ConfusionMatrix extends LitElement {
  static override styles = [
    ...shared,
    css`
      :host {
        display: block;
        font-size: 12px;
      }
      .scroller {
        overflow: auto;
        max-height: 60vh;
      }
      .grid {
        display: grid;
        grid-template-columns: minmax(48px, max-content) repeat(var(--labels), minmax(46px, 1fr));
        gap: 2px;
        min-width: max-content;
      }
      [role="row"] {
        display: contents;
      }
      .name {
        max-width: 110px;
        padding-right: 6px;
        line-height: 40px;
        text-align: right;
      }
      .top {
        max-width: 90px;
        font-size: 11px;
        line-height: 22px;
        text-align: center;
      }
      .cell {
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        height: 40px;
        border: 1px solid transparent;
        border-radius: 2px;
        line-height: 15px;
        cursor: pointer;
      }
      .cell small {
        font-size: 10px;
        line-height: 12px;
      }
      .cell.inverted {
        color: var(--vscode-editor-background);
      }
      .cell[aria-selected="true"] {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 0;
      }
      .cell:focus-visible {
        outline: 2px solid var(--vscode-foreground);
        outline-offset: 0;
      }
      .axis {
        display: flex;
        justify-content: space-between;
        padding: 2px 0 4px;
        font-size: 11px;
      }
      :host-context(body.vscode-high-contrast) .cell {
        border-color: var(--vscode-contrastBorder);
      }
    `,
  ];

  @property({ attribute: false }) confusion!: Confusion;
  @property({ attribute: false }) chosen: ConfusionCell | null = null;
  @state() private at: [truth: number, predicted: number] = [0, 0];
  #stopThemes: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopThemes = theme.onChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopThemes?.();
  }

  override willUpdate(): void {
    const last = this.confusion.labels.length - 1;
    this.at = [Math.min(this.at[0], last), Math.min(this.at[1], last)];
  }

  override render() {
    const { labels } = this.confusion;
    const heat = scaleOfTheme();
    return html`<div class="axis quiet"><span>${t("True label ↓")}</span><span>${t("Predicted →")}</span></div>
      <div class="scroller">
        <div
          class="grid"
          role="grid"
          aria-label=${t("Confusion matrix: rows are true labels, columns predicted ones")}
          style="--labels: ${labels.length}"
          @keydown=${this.#key}
        >
          <div role="row">
            <span role="columnheader"><span class="hidden-text">${t("True label")}</span></span>
            ${labels.map((label) => html`<span role="columnheader" class="top clipped quiet" title=${label}>${label}</span>`)}
          </div>
          ${labels.map(
            (label, truth) =>
              html`<div role="row">
                <span role="rowheader" class="name clipped quiet" title=${label}>${label}</span>
                ${labels.map((_, predicted) => this.#cell(truth, predicted, heat))}
              </div>`,
          )}
        </div>
      </div>`;
  }

  #cell(truth: number, predicted: number, heat: (share: number) => Heat): TemplateResult {
    const { labels, counts } = this.confusion;
    const share = shareOf(this.confusion, truth, predicted);
    const count = counts[truth]![predicted]!;
    const { fill, isInverted } = count === 0 ? { fill: 0, isInverted: false } : heat(share);
    const [row, column] = this.at;
    const isChosen = this.chosen?.truth === labels[truth] && this.chosen?.predicted === labels[predicted];
    const words = t("{0} of “{1}” predicted as “{2}”", formatCount(count), labels[truth]!, labels[predicted]!);
    const background = `color-mix(in srgb, var(--vscode-charts-blue) ${(fill * 100).toFixed(1)}%, var(--vscode-editor-background))`;
    return html`<div
      role="gridcell"
      class="cell ${isInverted ? "inverted" : ""}"
      style="background: ${background}"
      title=${words}
      aria-selected=${String(isChosen)}
      tabindex=${row === truth && column === predicted ? 0 : -1}
      data-cell="${truth},${predicted}"
      @focus=${() => (this.at = [truth, predicted])}
      @click=${() => this.#choose(truth, predicted)}
    >
      <span>${formatCount(count)}</span><small>${formatPercent(share)}</small>
    </div>`;
  }

  #choose(truth: number, predicted: number): void {
    const { labels } = this.confusion;
    const cell: ConfusionCell = { truth: labels[truth]!, predicted: labels[predicted]! };
    const isSame = this.chosen?.truth === cell.truth && this.chosen.predicted === cell.predicted;
    this.dispatchEvent(new CustomEvent<ConfusionCell | null>("tf-cell", { detail: isSame ? null : cell }));
  }

  #key(event: KeyboardEvent): void {
    const [truth, predicted] = this.at;
    const last = this.confusion.labels.length - 1;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [truth - 1, predicted],
      ArrowDown: [truth + 1, predicted],
      ArrowLeft: [truth, predicted - 1],
      ArrowRight: [truth, predicted + 1],
      Home: [truth, 0],
      End: [truth, last],
    };
    const target = moves[event.key];
    if (target) {
      this.at = target.map((index) => Math.min(last, Math.max(0, index))) as [number, number];
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.cell[tabindex="0"]')?.focus());
    } else if (event.key === "Enter" || event.key === " ") this.#choose(truth, predicted);
    else return;
    event.preventDefault();
  }
}

/** By the colours of the theme as it is; faint everywhere when they cannot be read. */
function scaleOfTheme(): (share: number) => Heat {
  const [hue, background, foreground] = ["charts-blue", "editor-background", "foreground"].map((name) =>
    parseColor(theme.color(`var(--vscode-${name})`)),
  );
  if (!hue || !background || !foreground) return (share) => ({ fill: 0.08 + 0.3 * share, isInverted: false });
  return heatScale({ hue, background, foreground });
}
