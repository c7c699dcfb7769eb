import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { icon } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import type { PreparedLine } from "./prepare.ts";
import type { Scene } from "./scene.ts";
import { formatValue } from "./words.ts";

/** Rows a table shows; of longer curves evenly chosen ones, and it says so. */
const MOST_ROWS = 500;

/** A chart's data as a table, over the page. */
@customElement("tf-data-table")
export class DataTableElement extends LitElement {
  static override styles = [
    ...shared,
    css`
      dialog {
        width: min(720px, calc(100vw - 32px));
        max-height: calc(100vh - 32px);
        padding: 0;
        border: 1px solid var(--vscode-editorWidget-border, var(--vscode-contrastBorder));
        border-radius: 6px;
        color: var(--vscode-editorWidget-foreground);
        background: var(--vscode-editorWidget-background);
        box-shadow: 0 2px 8px var(--vscode-widget-shadow);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 8px 8px 12px;
      }
      h2 {
        flex: 1;
        margin: 0;
        font-size: 13px;
        font-weight: 600;
      }
      .rows {
        overflow: auto;
        max-height: calc(100vh - 120px);
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 12px;
      }
      th,
      td {
        height: 24px;
        padding: 0 12px;
        text-align: right;
        white-space: nowrap;
        border-bottom: 1px solid var(--vscode-panel-border);
      }
      th {
        position: sticky;
        top: 0;
        font-weight: 600;
        background: var(--vscode-editorWidget-background);
      }
    `,
  ];

  @property({ attribute: false }) scene: Scene | undefined;
  @query("dialog") private readonly dialog!: HTMLDialogElement;

  /** Shows the data of a chart until it is closed. */
  async show(scene: Scene): Promise<void> {
    this.scene = scene;
    await this.updateComplete;
    this.dialog.showModal();
  }

  override render() {
    const { scene } = this;
    if (!scene) return nothing;
    const lines = scene.lines.filter(({ line }) => !line.isBackground);
    const { rows, total } = rowsOf(lines);
    const isTime = lines[0]?.line.kind === "system";
    return html`<dialog
      aria-labelledby="head"
      @close=${() => (this.scene = undefined)}
      @keydown=${(event: Event) => event.stopPropagation()}
    >
      <header>
        <h2 id="head">${scene.spec.title}</h2>
        <span class="quiet"
          >${rows.length < total ? t("{0} of {1} rows", formatCount(rows.length), formatCount(total)) : t("{0} rows", formatCount(total))}</span
        >
        <button class="icon-button" aria-label=${t("Close")} title=${t("Close")} @click=${() => this.dialog.close()}>
          ${icon("close")}
        </button>
      </header>
      <div class="rows" tabindex="0" role="region" aria-label=${scene.spec.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">${isTime ? t("second") : t("step")}</th>
              ${lines.map(({ line }) => html`<th scope="col">${lines.length === 1 ? t("value") : (line.letter ?? line.label)}</th>`)}
              ${lines.length === 1 ? html`<th scope="col">${t("raw")}</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr>
                  <td>${formatCount(row.step)}</td>
                  ${row.values.map((value) => html`<td>${formatValue(value, scene.spec.unit, scene.spec.metric)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </dialog>`;
  }
}

interface Row {
  step: number;
  values: (number | undefined)[];
}

/** One row a step that any curve has; a single curve has its raw value beside. */
function rowsOf(lines: readonly PreparedLine[]): { rows: Row[]; total: number } {
  const steps = [...new Set(lines.flatMap((line) => [...line.steps]))].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(steps.length / MOST_ROWS));
  const shown = steps.filter((_, index) => index % every === 0 || index === steps.length - 1);
  const indices = lines.map((line) => new Map([...line.steps].map((step, index) => [step, index])));
  const rows = shown.map((step) => {
    const at = indices.map((index) => index.get(step));
    const values = lines.map((line, index) => (at[index] === undefined ? undefined : line.shown[at[index]]));
    const [only] = lines;
    return { step, values: lines.length === 1 && only ? [...values, only.mean[at[0]!]] : values };
  });
  return { rows, total: steps.length };
}
