import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatFileSize, formatMetric, MISSING } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import { tabStyles } from "../config/config-styles.ts";
import type { RunTab } from "../run/tab.ts";
import { Answer } from "../shared/answer.ts";
import { field, fieldStyles } from "../shared/field.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import { environmentStyles } from "./environment-styles.ts";
import {
  dataFilesOf,
  packagesOf,
  sectionsOf,
  sectionText,
  type DataFile,
  type Environment,
  type Item,
  type Section,
} from "./sections.ts";

/** What is found again after a reload of the window. */
interface Kept {
  filter?: string;
}

/** Digits of a hash that tell two files apart. */
const HASH_DIGITS = 12;
/** Fewer packages need no filter. */
const FILTER_FROM = 8;

/** What a run depends on beside its config: machine, process, code, packages, data. */
@customElement("tf-environment-tab")
export class EnvironmentTabElement extends LitElement implements RunTab {
  static override styles = [...shared, fieldStyles, tabStyles, environmentStyles];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @state() private filter = "";
  readonly #environment = new Answer(this, () => this.host.ask("environment", {}));

  override connectedCallback(): void {
    this.filter = ((this.host.state["environment"] ?? {}) as Kept).filter ?? "";
    super.connectedCallback();
  }

  override render() {
    const environment = this.#environment.value;
    const notice = this.#environment.notice(t("Reading the environment…"));
    if (!environment) return notice;
    const sections = sectionsOf(environment).map((section) => ({ id: section.id, shown: this.#section(section) }));
    const of = (...ids: string[]) => ids.map((id) => sections.find((section) => section.id === id)?.shown ?? nothing);
    return html`${notice}
      <div class="columns">
        <div>${of("machine", "process", "code")}</div>
        <div>
          ${of("facts")} ${this.#dataFiles(dataFilesOf(environment))} ${this.#packages(environment)}
          ${this.#baselines()} ${of("variables", "other")}
        </div>
      </div>`;
  }

  #section(section: Section): TemplateResult {
    return this.#framed(
      section.id,
      section.title,
      sectionText(section),
      html`<dl>${section.items.map((item) => this.#item(item))}</dl>`,
    );
  }

  #item({ label, value, title, isKey, isMono, isCopyable, action }: Item): TemplateResult {
    return html`<div>
      <dt class=${isKey ? "mono" : ""}>${label}</dt>
      <dd>
        <span class=${isMono ? "mono" : ""} title=${title ?? nothing}>${value}</span
        >${isCopyable ? this.#copyButton(t("Copy {0}", label), title ?? value) : nothing}${
          action
            ? html`<button class="link" @click=${() => this.#openFile(`${this.view.dir}/code.patch`)}>
                ${t("Show uncommitted changes")}
              </button>`
            : nothing
        }
      </dd>
    </div>`;
  }

  #packages(environment: Environment): TemplateResult | typeof nothing {
    const packages = packagesOf(environment);
    if (packages.length === 0) return nothing;
    const text = packages.map(([name, version]) => `${name} ${version}`).join("\n");
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = packages.filter((one) => words.every((word) => one.join(" ").toLowerCase().includes(word)));
    const filter =
      packages.length < FILTER_FROM
        ? nothing
        : field({
            icon: "filter",
            label: t("Filter packages"),
            value: this.filter,
            onInput: (value) => this.#setFilter(value),
            onKey: (event) => event.key === "Escape" && this.#setFilter(""),
          });
    const table = html`<table aria-label=${t("Packages")}>
      <thead>
        <tr>
          <th scope="col">${t("Name")}</th>
          <th scope="col" class="hash end">${t("Version")}</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ([name, version]) =>
            html`<tr>
              <th scope="row" class="mono" title=${name}>${name}</th>
              <td class="mono end" title=${version}>${version}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
    const none = html`<p class="quiet">${t("No package matches.")}</p>`;
    return this.#framed("packages", t("Packages"), text, shown.length === 0 ? none : table, filter);
  }

  #dataFiles(files: readonly DataFile[]): TemplateResult | typeof nothing {
    if (files.length === 0) return nothing;
    const text = files.map(({ path, bytes, sha256 }) => `${path} ${bytes ?? MISSING} ${sha256}`).join("\n");
    const hasRows = files.some(({ rows }) => rows !== undefined);
    const table = html`<table aria-label=${t("Data files")}>
      <thead>
        <tr>
          <th scope="col">${t("File")}</th>
          ${hasRows ? html`<th scope="col" class="size end">${t("Rows")}</th>` : nothing}
          <th scope="col" class="size end">${t("Size")}</th>
          <th scope="col" class="hash end">SHA-256</th>
        </tr>
      </thead>
      <tbody>
        ${files.map(
          ({ path, bytes, rows, sha256 }) =>
            html`<tr>
              <th scope="row" title=${path}>
                <button class="link clipped" @click=${() => this.#openFile(path)}>${path}</button>
              </th>
              ${hasRows ? html`<td class="end">${formatCount(rows)}</td>` : nothing}
              <td class="end">${formatFileSize(bytes)}</td>
              <td class="end mono" title=${sha256}>${sha256.slice(0, HASH_DIGITS) || MISSING}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
    return this.#framed("data", t("Data files"), text, table);
  }

  /** What is reached without any training: the least a run has to beat. */
  #baselines(): TemplateResult | typeof nothing {
    const { baselines } = this.view;
    if (baselines.length === 0) return nothing;
    const metrics = [...new Set(baselines.flatMap((one) => Object.keys(one.metrics)))];
    const valueOf = (values: Record<string, unknown>, metric: string): string =>
      formatMetric(fromJsonNumber(values[metric]), metric);
    const lines = baselines.map(
      ({ name, metrics: values }) => `${name}: ${metrics.map((one) => `${one} ${valueOf(values, one)}`).join(", ")}`,
    );
    const table = html`<table aria-label=${t("Baselines")}>
      <thead>
        <tr>
          <th scope="col">${t("Name")}</th>
          ${metrics.map((metric) => html`<th scope="col" class="end" title=${metric}>${metric}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${baselines.map(
          ({ name, metrics: values }) =>
            html`<tr>
              <th scope="row" class="mono">${name}</th>
              ${metrics.map((metric) => html`<td class="end">${valueOf(values, metric)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
    return this.#framed("baselines", t("Baselines"), lines.join("\n"), table);
  }

  #framed(
    id: string,
    title: string,
    text: string,
    body: TemplateResult,
    tool: TemplateResult | typeof nothing = nothing,
  ): TemplateResult {
    return html`<section aria-labelledby="heading-${id}">
      <div class="heading">
        <h2 id="heading-${id}">${title}</h2>
        <span class="spacer"></span>${tool}${this.#copyButton(t("Copy {0} as text", title), text)}
      </div>
      ${body}
    </section>`;
  }

  #copyButton(label: string, text: string): TemplateResult {
    return html`<button
      class="icon-button"
      title=${label}
      aria-label=${label}
      @click=${() => this.host.act({ do: "copyText", text })}
    >
      ${icon("copy")}
    </button>`;
  }

  #setFilter(filter: string): void {
    this.filter = filter;
    this.host.keep({ environment: { filter } satisfies Kept });
  }

  #openFile(file: string): void {
    this.host.act({ do: "openFile", run: this.view.id, file, line: null });
  }
}
