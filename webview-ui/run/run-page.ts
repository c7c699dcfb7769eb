import { css, html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../../src/base/l10n.ts";
import type { Place } from "../../src/messages/envelope.ts";
import { runPage, type RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import "../shared/connection.ts";
import { Host } from "../shared/host.ts";
import "../shared/live-region.ts";
import type { LiveRegionElement } from "../shared/live-region.ts";
import "../shared/skeleton.ts";
import { isLive } from "../shared/state-words.ts";
import { pageFrame } from "../shared/page-frame.ts";
import { shared } from "../shared/styles.ts";
import "../shared/tabs.ts";
import type { Tab, TabsElement } from "../shared/tabs.ts";
import { keptSteps } from "./actions.ts";
import "./figures.ts";
import "./header.ts";
import { News } from "./news.ts";
import "./strip.ts";
import "./tab-frame.ts";
import { TAB_NAMES, type GoTo, type TabName } from "./tab.ts";

const isTab = (name: unknown): name is TabName => (TAB_NAMES as readonly unknown[]).includes(name);

/** The page of one run: header, figures, strip and tabs. */
@customElement("tf-run-page")
export class RunPageElement extends LitElement {
  static override styles = [
    ...shared,
    pageFrame,
    css`
      tf-tabs {
        margin-top: 4px;
      }
      /* So low a window cannot hold frame and content: the page scrolls as a whole. */
      @media (max-height: 420px) {
        main {
          height: auto;
          min-height: 100vh;
        }
        tf-tabs {
          min-height: 360px;
        }
      }
    `,
  ];

  @state() private view: RunView | undefined;
  @state() private lost: string | undefined;
  @state() private tab: TabName = "charts";
  @state() private goto: GoTo | undefined;
  /** A new page begins at the top by itself; asking it to would cost a layout before the first picture. */
  #restoreScroll: "new page" | "new tab" | undefined = "new page";
  readonly #news = new News();
  private readonly host = new Host<RunPage>(runPage, {
    view: (view) => this.#show(view),
    lost: (message) => (this.lost = message),
    go: (place) => this.#go(place),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    const { tab } = this.host.state;
    if (isTab(tab)) this.tab = tab;
    this.addEventListener("tf-go", (event) => this.#go((event as CustomEvent<GoTo>).detail));
    window.addEventListener("keydown", this.#key);
    this.host.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.#key);
  }

  override render() {
    const { view, host } = this;
    if (!view)
      return html`<main>
        <tf-connection .host=${host} .message=${this.lost}></tf-connection>
        <tf-skeleton .waitsFor=${t("Reading the run…")}></tf-skeleton>
      </main>`;
    return html`<main>
      <tf-connection .host=${host} .message=${this.lost}></tf-connection>
      <tf-run-header .host=${host} .view=${view}></tf-run-header>
      ${isLive(view) ? html`<tf-run-figures .host=${host} .view=${view}></tf-run-figures>` : ""}
      <tf-run-strip .host=${host} .view=${view}></tf-run-strip>
      <tf-tabs
        .tabs=${tabsOf(view)}
        .selected=${this.tab}
        .label=${view.name}
        @tf-select=${(event: CustomEvent<TabName>) => this.#open(event.detail)}
        @tf-scroll=${this.#scrolled}
      >
        <tf-tab-frame .host=${host} .view=${view} .tab=${this.tab} .goto=${this.goto}></tf-tab-frame>
      </tf-tabs>
      <tf-live-region></tf-live-region>
    </main>`;
  }

  protected override updated(): void {
    if (!this.view || !this.#restoreScroll) return;
    const isNewTab = this.#restoreScroll === "new tab";
    this.#restoreScroll = undefined;
    const kept = this.host.state["scroll"] as Partial<Record<TabName, number>> | undefined;
    const top = kept?.[this.tab] ?? 0;
    if (isNewTab || top > 0) void this.#tabs?.restoreScroll(top);
  }

  get #tabs(): TabsElement | null {
    return this.renderRoot.querySelector("tf-tabs");
  }

  #show(view: RunView): void {
    this.view = view;
    document.title = view.name;
    const region = this.renderRoot.querySelector<LiveRegionElement>("tf-live-region");
    for (const [kind, sentence] of this.#news.of(view)) region?.say(kind, sentence);
  }

  #open(tab: TabName, goto?: GoTo): void {
    this.goto = goto;
    if (tab === this.tab) return;
    this.#keepScroll(this.#tabs?.panel?.scrollTop ?? 0);
    this.tab = tab;
    this.#restoreScroll = "new tab";
    this.host.keep({ tab });
  }

  #go({ tab, ...place }: Place): void {
    if (isTab(tab)) this.#open(tab, { ...place, tab });
  }

  readonly #scrolled = (event: CustomEvent<number>): void => this.#keepScroll(event.detail);

  #keepScroll(top: number): void {
    const kept = this.host.state["scroll"] as Record<string, number> | undefined;
    this.host.keep({ scroll: { ...kept, [this.tab]: top } });
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== "F2" || !this.view || this.view.readOnly !== null) return;
    event.preventDefault();
    this.host.act({ do: "renameRun", run: this.view.id });
  };
}

function tabsOf(view: RunView): Tab[] {
  const kept = keptSteps(view).length;
  const badgeTitle = kept === 1 ? t("1 checkpoint is kept") : t("{0} checkpoints are kept", kept);
  return [
    { id: "charts", label: t("Charts") },
    { id: "checkpoints", label: t("Checkpoints"), badge: kept, badgeTitle },
    { id: "samples", label: t("Samples") },
    { id: "log", label: t("Log") },
    { id: "config", label: t("Config") },
    { id: "environment", label: t("Environment") },
  ];
}
