import { html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { runPage, type RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import { Host } from "../shared/host.ts";

/** The page of one run. */
@customElement("tf-run-page")
export class RunPageElement extends LitElement {
  @state() private view: RunView | undefined;
  private readonly host = new Host<RunPage>(runPage, {
    view: (view) => (this.view = view),
    points: () => {},
    lost: () => {},
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.host.start();
  }

  override render() {
    return html`<h1>${this.view?.name ?? ""}</h1>`;
  }
}
