import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { Host } from "../shared/host.ts";
import { shared } from "../shared/styles.ts";
import type { GoTo, RunTab, TabName } from "./tab.ts";

/** Holds the open tab's element and gives it what it shows. What goes wrong in it stays in it. */
@customElement("tf-tab-frame")
export class TabFrameElement extends LitElement {
  static override styles = [
    ...shared,
    css`
      :host {
        display: block;
        height: 100%;
      }
      .problem {
        padding: 16px var(--page-gap, 16px);
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @property({ attribute: false }) tab: TabName = "charts";
  @property({ attribute: false }) goto: GoTo | undefined;
  @state() private problem: string | undefined;
  #element: RunTab | undefined;

  override render() {
    if (this.problem === undefined) return html`${this.#element}`;
    return html`<div class="problem" role="alert">
      <p>${t("This tab cannot be shown: {0}", this.problem)}</p>
      <button class="button" @click=${() => (this.problem = undefined)}>${t("Retry")}</button>
    </div>`;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("tab")) this.problem = undefined;
    if (this.problem !== undefined) return void (this.#element = undefined);
    try {
      if (changed.has("tab") || !this.#element) this.#element = this.#make();
      this.#give(this.#element, changed);
    } catch (error) {
      this.#failed(error);
    }
  }

  #make(): RunTab {
    const element = document.createElement(`tf-${this.tab}-tab`) as RunTab;
    return Object.assign(element, { host: this.host, view: this.view, goto: this.goto });
  }

  #give(element: RunTab, changed: PropertyValues<this>): void {
    element.view = this.view;
    if (changed.has("goto")) element.goto = this.goto;
    // Lit renders later: what it throws then comes with this promise.
    const done = (element as RunTab & { updateComplete?: Promise<unknown> }).updateComplete;
    done?.catch((error: unknown) => element === this.#element && this.#failed(error));
  }

  #failed(error: unknown): void {
    this.problem = error instanceof Error ? error.message : String(error);
    this.#element = undefined;
    this.host.fault(`Tab ${this.tab}: ${error instanceof Error ? (error.stack ?? error.message) : this.problem}`);
  }
}
