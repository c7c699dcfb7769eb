import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { ComparePage } from "../../src/messages/compare-page.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import "../shared/menu.ts";
import type { MenuItem } from "../shared/menu.ts";
import { shared } from "../shared/styles.ts";
import { comparisonCsv, comparisonJson, fileName } from "./export.ts";
import type { Comparison } from "./runs.ts";
import { subtitleOf } from "./subtitle.ts";

/** What is compared, whether it can be, and what can be done. Fires `tf-baseline` and `tf-remove` (detail: a run). */
@customElement("tf-compare-header")
export class CompareHeaderElement extends LitElement {
  static override styles = [
    ...shared,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        min-height: 42px;
        padding: 4px var(--page-gap);
      }
      h1 {
        margin: 0;
        font-size: 15px;
        font-weight: 600;
        line-height: 22px;
        white-space: nowrap;
      }
      .subtitle {
        flex: 1 1 240px;
        min-width: 0;
        font-size: 12px;
      }
      .warning {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .warning .icon {
        color: var(--vscode-editorWarning-foreground);
      }
      .buttons {
        display: flex;
        flex: none;
        gap: 8px;
      }
      .label {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<ComparePage>;
  @property({ attribute: false }) comparison!: Comparison;

  override render() {
    const { comparison, host } = this;
    const { runs, baseline, view } = comparison;
    const { text, isWarning } = subtitleOf(comparison);
    const lost = view.missing.length;
    const gone = lost === 1 ? t("1 run is no longer there") : t("{0} runs are no longer there", lost);
    const words = [text, ...(lost > 0 ? [gone] : [])].filter(Boolean).join(" · ");
    return html`<h1>${runs.length === 1 ? t("Compare 1 run") : t("Compare {0} runs", formatCount(runs.length))}</h1>
      <div class="subtitle ${isWarning ? "warning" : "quiet clipped"}" title=${words}>
        ${isWarning ? html`${icon("warning")}<span>${words}</span>` : words}
      </div>
      <div class="buttons">
        <button class="button" @click=${() => host.act({ do: "addToCompare", runs: [] })}>
          ${icon("add")}${t("Add run")}
        </button>
        <tf-menu-button
          look="button"
          .label=${t("Baseline: {0}", baseline.letter)}
          .items=${runs.map(({ letter, run, isBaseline }): MenuItem => ({ id: run.id, label: `${letter} · ${run.name}`, ...(isBaseline ? { icon: "check" } : {}) }))}
          @tf-choose=${(event: CustomEvent<string>) => this.#tell("tf-baseline", event.detail)}
          ><span class="label">${icon("pin")}${t("Baseline: {0}", baseline.letter)}</span></tf-menu-button
        >
        <tf-menu-button look="button" .label=${t("Export")} .items=${this.#exports()} @tf-choose=${this.#export}
          ><span class="label">${icon("export")}${t("Export")}</span></tf-menu-button
        >
        <tf-menu-button .label=${t("More actions")} .items=${this.#more()} @tf-choose=${this.#chosen}
          >${icon("ellipsis")}</tf-menu-button
        >
      </div>`;
  }

  #exports(): MenuItem[] {
    return [
      { id: "csv", label: t("Tables as CSV…") },
      { id: "json", label: t("Tables as JSON…") },
    ];
  }

  #more(): MenuItem[] {
    const { runs, baseline, view } = this.comparison;
    const isOwn = baseline.run.id === view.baseline;
    const few = runs.length < 3 ? t("A comparison needs two runs.") : undefined;
    return [
      {
        id: "workspace",
        label: t("Make {0} the baseline of the workspace", baseline.letter),
        ...(isOwn ? { disabled: t("It is already.") } : {}),
      },
      ...runs.map(({ run, letter }, at): MenuItem => ({
        id: `remove ${run.id}`,
        label: t("Take {0} out: {1}", letter, run.name),
        disabled: few,
        separated: at === 0,
      })),
    ];
  }

  readonly #export = ({ detail }: CustomEvent<string>): void => {
    const { comparison, host } = this;
    const name = fileName(`compare-${comparison.runs.map(({ run }) => run.name).join("-")}`, detail);
    const content = detail === "csv" ? comparisonCsv(comparison) : comparisonJson(comparison);
    host.act({ do: "saveFile", name, content });
  };

  readonly #chosen = ({ detail }: CustomEvent<string>): void => {
    if (detail === "workspace") this.host.act({ do: "setBaseline", run: this.comparison.baseline.run.id });
    else this.#tell("tf-remove", detail.slice("remove ".length));
  };

  #tell(name: "tf-baseline" | "tf-remove", detail: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
