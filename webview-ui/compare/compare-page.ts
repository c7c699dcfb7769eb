import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { comparePage, type ComparePage, type CompareView } from "../../src/messages/compare-page.ts";
import type { ChartEvents } from "../charts/chart.ts";
import "../shared/connection.ts";
import { Host } from "../shared/host.ts";
import "../shared/live-region.ts";
import type { LiveRegionElement } from "../shared/live-region.ts";
import "../shared/skeleton.ts";
import { pageFrame } from "../shared/page-frame.ts";
import { shared } from "../shared/styles.ts";
import "../shared/tabs.ts";
import type { TabsElement } from "../shared/tabs.ts";
import { CompareCharts } from "./charts.ts";
import "./charts-tab.ts";
import "./code-tab.ts";
import { tabsOf } from "./compare-tabs.ts";
import "./header.ts";
import { readKept, TABS, type Kept } from "./kept.ts";
import "./legend.ts";
import "./overview.ts";
import "./predictions-tab.ts";
import { Predictions } from "./predictions.ts";
import { CompareNews } from "./news.ts";
import { comparisonOf, type Comparison } from "./runs.ts";
import "./settings-tab.ts";

/** Two or more runs beside each other: which is better, and because of what. */
@customElement("tf-compare-page")
export class ComparePageElement extends LitElement {
  static override styles = [
    ...shared,
    pageFrame,
    css`
      tf-compare-legend {
        padding: 0 var(--page-gap);
      }
      tf-tabs {
        margin-top: 6px;
      }
      .empty {
        padding: 32px var(--page-gap);
      }
      /* So low a window cannot hold frame and content: the page scrolls as a whole. */
      @media (max-height: 520px) {
        main {
          height: auto;
          min-height: 100vh;
        }
        tf-tabs {
          min-height: 420px;
        }
      }
    `,
  ];

  @state() private view: CompareView | undefined;
  @state() private lost: string | undefined;
  @state() private kept!: Kept;
  @state() private serial = 0;
  #charts: CompareCharts | undefined;
  /** A new page begins at the top by itself; asking it to would cost a layout before the first picture. */
  #restoreScroll: "new page" | "new tab" | undefined = "new page";
  readonly #news = new CompareNews();
  private readonly host = new Host<ComparePage>(comparePage, {
    view: (view) => this.#show(view),
    lost: (message) => (this.lost = message),
    go: ({ tab }) => this.#open(tab),
  });
  readonly #predictions = new Predictions(this.host, () => this.serial++);

  override connectedCallback(): void {
    super.connectedCallback();
    this.kept = readKept(this.host.state["compare"]);
    this.addEventListener("save-file", this.#saveFile as EventListener);
    this.host.start();
  }

  override render() {
    return html`<main>
      <tf-connection .host=${this.host} .message=${this.lost}></tf-connection>
      ${this.#content()}
    </main>`;
  }

  #content(): TemplateResult {
    const { view, host } = this;
    if (!view) return html`<tf-skeleton .waitsFor=${t("Reading the runs…")}></tf-skeleton>`;
    const comparison = this.#comparison(view);
    const charts = this.#charts;
    if (!comparison || !charts)
      return html`<p class="empty">
        ${t("The runs compared here are no longer there. Close this page, or restore their folders.")}
      </p>`;
    return html`<tf-compare-header
        .host=${host}
        .comparison=${comparison}
        @tf-baseline=${this.#setBaseline}
        @tf-remove=${this.#remove}
      ></tf-compare-header>
      <tf-compare-legend
        .comparison=${comparison}
        .group=${charts.group}
        .pinned=${new Set(this.kept.pinned)}
        @tf-open=${(event: CustomEvent<string>) => host.act({ do: "openRun", run: event.detail })}
        @tf-baseline=${this.#setBaseline}
        @tf-pin=${this.#pin}
        @tf-remove=${this.#remove}
      ></tf-compare-legend>
      <tf-tabs
        .tabs=${tabsOf(comparison, this.#predictions)}
        .selected=${this.kept.tab}
        .label=${t("Comparison")}
        @tf-select=${(event: CustomEvent<string>) => this.#open(event.detail)}
        @tf-scroll=${(event: CustomEvent<number>) => this.#keep({ scroll: { ...this.kept.scroll, [this.kept.tab]: event.detail } })}
      >
        ${this.#tab(comparison, charts)}
      </tf-tabs>
      <tf-live-region></tf-live-region>`;
  }

  #tab(comparison: Comparison, charts: CompareCharts): TemplateResult | typeof nothing {
    const { kept, host } = this;
    const { view, baseline } = comparison;
    const keep = (event: CustomEvent<Partial<Kept>>): void => this.#keep(event.detail);
    switch (kept.tab) {
      case "overview":
        return html`<tf-compare-overview
          .comparison=${comparison}
          .charts=${charts}
          .kept=${kept}
          @tf-keep=${keep}
          @tf-tab=${(event: CustomEvent<string>) => this.#open(event.detail)}
          @tf-code=${(event: CustomEvent<string>) => host.act({ do: "diffCode", a: baseline.run.id, b: event.detail })}
        ></tf-compare-overview>`;
      case "charts":
        return html`<tf-compare-charts
          .comparison=${comparison}
          .charts=${charts}
          .kept=${kept}
          @tf-keep=${keep}
        ></tf-compare-charts>`;
      case "config":
        return html`<tf-compare-settings
          .label=${t("Config")}
          .comparison=${comparison}
          .rows=${view.config}
          .equal=${kept.equalConfig}
          @tf-equal=${(event: CustomEvent<boolean>) => this.#keep({ equalConfig: event.detail })}
        ></tf-compare-settings>`;
      case "code":
        return html`<tf-compare-code .host=${host} .comparison=${comparison}></tf-compare-code>`;
      case "predictions":
        return html`<tf-compare-predictions
          .host=${host}
          .comparison=${comparison}
          .predictions=${this.#predictions}
          .serial=${this.serial}
          .kept=${kept}
          @tf-keep=${keep}
        ></tf-compare-predictions>`;
      case "environment":
        return html`<tf-compare-settings
          .label=${t("Environment")}
          .comparison=${comparison}
          .rows=${view.environment}
          .equal=${kept.equalEnvironment}
          @tf-equal=${(event: CustomEvent<boolean>) => this.#keep({ equalEnvironment: event.detail })}
        ></tf-compare-settings>`;
    }
  }

  protected override updated(): void {
    if (!this.#charts || !this.#restoreScroll) return;
    const isNewTab = this.#restoreScroll === "new tab";
    this.#restoreScroll = undefined;
    const top = this.kept.scroll[this.kept.tab] ?? 0;
    if (isNewTab || top > 0) void this.renderRoot.querySelector<TabsElement>("tf-tabs")?.restoreScroll(top);
  }

  #comparison(view: CompareView): Comparison | undefined {
    return comparisonOf(view, this.kept.baseline, new Set(this.kept.pinned));
  }

  #show(view: CompareView): void {
    this.view = view;
    document.title = t("Compare {0} runs", formatCount(view.runs.length));
    this.#tellCharts();
    const comparison = this.#comparison(view);
    const region = this.renderRoot.querySelector<LiveRegionElement>("tf-live-region");
    if (comparison) for (const [kind, sentence] of this.#news.of(comparison)) region?.say(kind, sentence);
  }

  /** The charts hear of runs and baseline before they are drawn with them. */
  #tellCharts(): void {
    const comparison = this.view && this.#comparison(this.view);
    if (!comparison) return;
    if (!this.#charts) {
      const charts = new CompareCharts(this.host, comparison.runs.length, this.kept.charts);
      charts.group.on("state", () => {
        this.#keep({ charts: charts.group.toState() });
        charts.remember();
      });
      this.#charts = charts;
    }
    this.#charts.show(comparison, this.kept.isDifference);
  }

  #open(tab: string | undefined): void {
    const name = TABS.find((one) => one === tab);
    if (!name || name === this.kept.tab) return;
    this.#restoreScroll = "new tab";
    const top = this.renderRoot.querySelector<TabsElement>("tf-tabs")?.panel?.scrollTop ?? 0;
    this.#keep({ tab: name, scroll: { ...this.kept.scroll, [this.kept.tab]: top } });
  }

  #keep(part: Partial<Kept>): void {
    this.kept = { ...this.kept, ...part };
    this.host.keep({ compare: this.kept });
    if ("isDifference" in part || "baseline" in part) this.#tellCharts();
  }

  readonly #setBaseline = ({ detail }: CustomEvent<string>): void => this.#keep({ baseline: detail });

  readonly #pin = ({ detail }: CustomEvent<string>): void => {
    const { pinned } = this.kept;
    this.#keep({ pinned: pinned.includes(detail) ? pinned.filter((run) => run !== detail) : [...pinned, detail] });
  };

  readonly #remove = ({ detail }: CustomEvent<string>): void =>
    this.host.act({ do: "removeFromCompare", runs: [detail] });

  readonly #saveFile = ({ detail: { name, content } }: CustomEvent<ChartEvents["save-file"]>): void =>
    this.host.act({ do: "saveFile", name, content: typeof content === "string" ? content : Uint8Array.from(content) });
}
