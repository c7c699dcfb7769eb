import { html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { comparePage, type ComparePage, type CompareView } from "../../src/messages/compare-page.ts";
import { Host } from "../shared/host.ts";

/** Two or more runs beside each other. */
@customElement("tf-compare-page")
export class ComparePageElement extends LitElement {
  @state() private view: CompareView | undefined;
  private readonly host = new Host<ComparePage>(comparePage, {
    view: (view) => (this.view = view),
    points: () => {},
    lost: () => {},
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.host.start();
  }

  override render() {
    return html`<h1>${this.view?.runs.map(({ name }) => name).join(", ") ?? ""}</h1>`;
  }
}
