import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../src/base/l10n.ts";
import type { Place } from "../../src/messages/envelope.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { Host } from "../shared/host.ts";
import { shared } from "../shared/styles.ts";
import type { ChartEvents } from "./chart.ts";
import { Curves } from "./curves.ts";
import { askAhead } from "./ask-ahead.ts";
import { ChartGroup } from "./group.ts";
import { chartLegend, legendStyles } from "./legend.ts";
import { metricFilter } from "./metrics.ts";
import { chartRun, emptySentence, runSections, type ChartSection } from "./run-specs.ts";
import "./section.ts";
import type { SectionState } from "./section.ts";
import "./toolbar.ts";

/** What the tab keeps over a reload of the window, beside its charts' state. */
interface Kept {
  filter: string;
  sections: Record<string, SectionState>;
  group: unknown;
}

const KEEP_AFTER_MS = 100;

/** The Charts tab of the run page. Fires `tf-go` to open a checkpoint. */
@customElement("tf-charts-tab")
export class ChartsTabElement extends LitElement {
  static override styles = [
    ...shared,
    legendStyles,
    css`
      :host {
        display: block;
        padding: 0 var(--page-gap, 16px) 16px;
      }
      .empty {
        padding: 32px 0;
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  /** A step to be shown ("Show" of an alert). */
  @property({ attribute: false }) goto: Place | undefined;
  @state() private filter = "";
  @state() private sections: Record<string, SectionState> = {};
  #all: ChartSection[] | undefined;
  #group!: ChartGroup;
  #curves!: Curves;
  #ends: (() => void)[] = [];
  #keeping: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const { host } = this;
    const kept = (host.state["charts"] ?? {}) as Partial<Kept>;
    const smoothing = host.remembered["smoothing"];
    this.#group = new ChartGroup(typeof smoothing === "number" ? smoothing : undefined);
    this.#group.fromState(kept.group);
    this.filter = typeof kept.filter === "string" ? kept.filter : "";
    this.sections = kept.sections ?? {};
    this.#curves = new Curves({
      series: (series) => host.ask("series", { series }),
      clock: (run) => host.ask("clock", { run }),
      watch: (series) => host.watch(series, this),
    });
    this.#tell();
    this.#ends = [
      host.listen({
        points: (points) => this.#curves.points(points),
        view: (_view, isFresh) => isFresh && this.#curves.refresh(),
      }),
      this.#group.on("state", () => this.#keep()),
    ];
    this.addEventListener("open-checkpoint", this.#openCheckpoint as EventListener);
    this.addEventListener("save-file", this.#saveFile as EventListener);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends) end();
    if (this.#keeping !== undefined) this.#keepNow();
    this.host.watch([], this);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("view")) {
      this.#tell();
      const isNew = this.#all === undefined;
      this.#all = runSections(this.view);
      if (isNew && this.filter === "") askAhead(this.#all, this.sections, this.#group, this.#curves);
    }
    const step = this.goto?.step;
    if (changed.has("goto") && step !== undefined) this.#showStep(step);
  }

  /** Puts the crosshair of all charts at a step, in sight. */
  #showStep(step: number): void {
    const group = this.#group;
    const x = group.map(this.view.id, this.#curves.clock(this.view.id), "train")?.x(step);
    if (x === undefined || !Number.isFinite(x)) return;
    const { from, to } = group.range();
    if (x < from || x > to) group.resetZoom();
    group.pin(false);
    group.setCrosshair({ x, chart: "train/loss" }, true);
    group.pin(true);
  }

  override render() {
    const all = this.#all ?? [];
    const { matches, problem } = metricFilter(this.filter);
    const shown = all
      .map((section) => ({ ...section, specs: section.specs.filter(({ metric, title }) => matches(metric, title)) }))
      .filter(({ specs }) => specs.length > 0);
    const firstEval = shown.find(({ prefix }) => prefix === "eval/") ?? shown[0];
    return html`<tf-chart-toolbar
        .group=${this.#group}
        .filter=${this.filter}
        .problem=${problem ?? ""}
        @filter=${(event: CustomEvent<string>) => {
          this.filter = event.detail;
          this.#keep();
        }}
      ></tf-chart-toolbar>
      ${shown.length === 0 ? this.#empty(all) : nothing}
      ${repeat(
        shown,
        ({ prefix }) => prefix,
        (section) => this.#section(section, section === firstEval),
      )}`;
  }

  #section({ prefix, specs }: ChartSection, hasLegend: boolean) {
    const hasMarks = specs.some(({ marks }) => marks?.some(({ kind }) => kind === "checkpoint"));
    return html`<tf-chart-section
      .heading=${prefix}
      .specs=${specs}
      .group=${this.#group}
      .curves=${this.#curves}
      .kept=${this.sections[prefix] ?? { isClosed: false, isWhole: this.filter.trim() !== "" }}
      @section=${(event: CustomEvent<SectionState>) => {
        this.sections = { ...this.sections, [prefix]: event.detail };
        this.#keep();
      }}
      >${hasLegend && hasMarks ? chartLegend() : nothing}</tf-chart-section
    >`;
  }

  #empty(all: readonly ChartSection[]) {
    if (all.length === 0) return html`<div class="empty quiet">${emptySentence(this.view)}</div>`;
    const count = all.reduce((sum, { specs }) => sum + specs.length, 0);
    return html`<div class="empty">
      ${t("No metric matches “{0}”.", this.filter)}
      <button class="link" @click=${() => (this.filter = "")}>${t("Show all {0} metrics", count)}</button>
    </div>`;
  }

  #tell(): void {
    if (!this.#group) return;
    const run = chartRun(this.view);
    const { parent } = this.view;
    // A parent's curve stands on the same steps; times are the child's own, so it is drawn on axes of steps only.
    const others = parent
      ? [
          {
            ...run,
            id: parent.run,
            isLive: false,
            total: null,
            lastStep: parent.step,
            startedMs: null,
            endedMs: run.endedMs,
          },
        ]
      : [];
    this.#group.setRuns([run, ...others]);
    this.#curves.setLive(run.isLive ? [run.id] : []);
  }

  /** Soon, not at once: a slider that is dragged changes many times a second. */
  #keep(): void {
    this.#keeping ??= window.setTimeout(() => this.#keepNow(), KEEP_AFTER_MS);
  }

  #keepNow(): void {
    window.clearTimeout(this.#keeping);
    this.#keeping = undefined;
    const kept: Kept = { filter: this.filter, sections: this.sections, group: this.#group.toState() };
    this.host.keep({ charts: kept });
    if (this.host.remembered["smoothing"] !== this.#group.smoothing)
      this.host.remember("smoothing", this.#group.smoothing);
  }

  readonly #openCheckpoint = ({ detail }: CustomEvent<ChartEvents["open-checkpoint"]>): void => {
    const place = { tab: "checkpoints", step: detail.step };
    this.dispatchEvent(new CustomEvent("tf-go", { detail: place, bubbles: true, composed: true }));
  };

  readonly #saveFile = ({ detail }: CustomEvent<ChartEvents["save-file"]>): void => {
    const { name, content } = detail;
    const bytes = typeof content === "string" ? content : Uint8Array.from(content);
    this.host.act({ do: "saveFile", name, content: bytes });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "tf-charts-tab": ChartsTabElement;
  }
}
