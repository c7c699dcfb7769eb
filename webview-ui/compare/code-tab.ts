import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { ComparePage, PageCodeChange } from "../../src/messages/compare-page.ts";
import type { Host } from "../shared/host.ts";
import { icon, type IconName } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import { blockHeadStyles } from "./block-head.ts";
import { codeGroups, type CodeGroup } from "./code-groups.ts";
import { letterBadge, letterStyles } from "./letter.ts";
import type { ComparedRun, Comparison } from "./runs.ts";

type Files = { changes: PageCodeChange[] } | { problem: string };

const ICONS: Record<PageCodeChange["change"], IconName> = {
  added: "diff-added",
  changed: "diff-modified",
  removed: "diff-removed",
};

/** Files that differ between the code of the baseline and of the others. They are opened in the editor's own diff. */
@customElement("tf-compare-code")
export class CompareCodeElement extends LitElement {
  static override styles = [
    ...shared,
    letterStyles,
    blockHeadStyles,
    css`
      :host {
        display: block;
        max-width: 960px;
        padding: 4px var(--page-gap) 16px;
        font-size: 12px;
      }
      .block-head {
        height: auto;
        min-height: 34px;
      }
      section + section {
        margin-top: 8px;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        border-top: 1px solid var(--vscode-panel-border);
      }
      .file {
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        height: 24px;
        padding: 0 8px;
        text-align: left;
        border-radius: 0;
      }
      .file:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .file .path {
        font-family: var(--vscode-editor-font-family, monospace);
      }
      .added {
        color: var(--vscode-gitDecoration-addedResourceForeground);
      }
      .changed {
        color: var(--vscode-gitDecoration-modifiedResourceForeground);
      }
      .removed {
        color: var(--vscode-gitDecoration-deletedResourceForeground);
      }
      p {
        margin: 8px 0;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<ComparePage>;
  @property({ attribute: false }) comparison!: Comparison;
  @state() private files: ReadonlyMap<string, Files> = new Map();
  readonly #asked = new Set<string>();

  protected override updated(): void {
    for (const group of codeGroups(this.comparison).differing) void this.#ask(group);
  }

  override render() {
    const { baseline } = this.comparison;
    const { differing, same, unknown } = codeGroups(this.comparison);
    if (baseline.run.code === null)
      return html`<p>
        ${t("The code of {0} was not recorded. Keep the config in a git repository to have it recorded with each run.", baseline.letter)}
      </p>`;
    return html`${differing.map((group) => this.#group(group))}
    ${same.length > 0 ? html`<p class="quiet">${t("The same code as {0}:", baseline.letter)} ${badges(same)}</p>` : nothing}
    ${unknown.length > 0 ? html`<p class="quiet">${t("Code was not recorded:")} ${badges(unknown)}</p>` : nothing}`;
  }

  #group(group: CodeGroup): TemplateResult {
    const { baseline } = this.comparison;
    const other = group.runs[0]!;
    const files = this.files.get(keyOf(baseline, group));
    const isKnown = !files || "changes" in files;
    return html`<section>
      <div class="block-head">
        <h2>${badges(group.runs)}</h2>
        ${
          isKnown
            ? html`<span class="quiet">${factOf(files)}</span>
                <button class="link" @click=${() => this.#open(other)}>
                  ${t("Open code diff {0} ↔ {1}", baseline.letter, other.letter)}
                </button>`
            : html`<span role="alert">${files.problem}</span>`
        }
      </div>
      ${
        isKnown && files && files.changes.length > 0
          ? html`<ul>
              ${files.changes.map((change) => this.#file(change, other))}
            </ul>`
          : nothing
      }
    </section>`;
  }

  #file({ path, change }: PageCodeChange, other: ComparedRun): TemplateResult {
    const word = { added: t("added"), changed: t("changed"), removed: t("removed") }[change];
    return html`<li>
      <button class="file" title=${t("Open the diff of {0}", path)} @click=${() => this.#open(other, path)}>
        <span class=${change}>${icon(ICONS[change])}</span><span class="path clipped">${path}</span
        ><span class="quiet">${word}</span>
      </button>
    </li>`;
  }

  #open(other: ComparedRun, path?: string): void {
    const runs = { a: this.comparison.baseline.run.id, b: other.run.id };
    this.host.act({ do: "diffCode", ...runs, ...(path === undefined ? {} : { path }) });
  }

  async #ask(group: CodeGroup): Promise<void> {
    const { baseline } = this.comparison;
    const key = keyOf(baseline, group);
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    const found = await this.host.ask("codeChanges", { a: baseline.run.id, b: group.runs[0]!.run.id }).then(
      (changes): Files => ({ changes }),
      (error: unknown): Files => ({ problem: error instanceof Error ? error.message : String(error) }),
    );
    this.files = new Map([...this.files, [key, found]]);
  }
}

function factOf(files: { changes: PageCodeChange[] } | undefined): string {
  if (!files) return t("Reading the commits…");
  const { length } = files.changes;
  if (length === 0) return t("No file differs.");
  return length === 1 ? t("1 file differs") : t("{0} files differ", formatCount(length));
}

const keyOf = (baseline: ComparedRun, { code }: CodeGroup): string => `${baseline.run.code}\n${code}`;

const badges = (runs: readonly ComparedRun[]): TemplateResult => html`${runs.map((run) => html`${letterBadge(run)} `)}`;
