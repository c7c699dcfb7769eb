/** Pieces of a row of predictions that both tables show. */
import { css, html, nothing, type TemplateResult } from "lit";
import { formatPercent } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { icon } from "../shared/icon.ts";
import type { SampleRow } from "./sample-rows.ts";

/** Share as a bar and a figure, right or wrong, and what was predicted. */
export function predictionCell({ probability, isRight, prediction }: SampleRow): TemplateResult {
  const word = prediction ?? "";
  return html`<span class="prediction">
    ${
      probability === null
        ? nothing
        : html`<span class="meter"><span style="width: ${Math.round(probability * 100)}%"></span></span
            ><span class="share quiet">${formatPercent(probability)}</span>`
    }
    ${rightness(isRight)}<span class="clipped" title=${word}>${word}</span>
  </span>`;
}

/** A column's name in words, where it is one that our trainers write. */
export function columnWord(name: string): string {
  const words: Record<string, string> = {
    text: t("text"),
    label: t("label"),
    prediction: t("prediction"),
    prompt: t("prompt"),
    reference: t("reference"),
    generated: t("generated"),
  };
  return Object.hasOwn(words, name) ? words[name]! : name;
}

/** Over a whole text that was predicted for. */
export const textTitle = (name: string): string => (name.toLowerCase() === "text" ? t("Text") : columnWord(name));

/** Texts as they are, each under what it is; one that is not there is left out. */
export const wholeTexts = (texts: readonly (readonly [title: unknown, text: string | null])[]): TemplateResult[] =>
  texts
    .filter(([, text]) => text !== null)
    .map(
      ([title, text]) =>
        html`<span class="quiet title">${title}</span>
          <p>${text}</p>`,
    );

const rightness = (isRight: boolean | null): TemplateResult | typeof nothing => {
  if (isRight === null) return nothing;
  return isRight
    ? html`<span class="hit">${icon("check")}<span class="hidden-text">${t("right")}</span></span>`
    : html`<span class="mistake">${icon("close")}<span class="hidden-text">${t("wrong")}</span></span>`;
};

/** The probability of each label, of one evaluation or of two beside each other; the true label stands out. */
export function shareBars(rows: readonly SampleRow[]): TemplateResult | typeof nothing {
  const [first] = rows;
  if (!first || first.shares.length === 0) return nothing;
  return html`<div class="shares" role="group" aria-label=${t("Probability")}>
    <span class="quiet title">${t("Probability")}</span>
    ${first.shares.map(({ label }) => {
      const values = rows.map((row) => row.shares.find((share) => share.label === label)?.share ?? 0);
      const isTrue = label === first.label;
      return html`<span class="name clipped ${isTrue ? "true" : ""}" title=${label}
          >${label}${isTrue ? icon("check") : nothing}</span
        >
        <span class="bars" aria-hidden="true"
          >${values.map((value, index) => html`<span class=${index === 0 ? "a" : "b"} style="width: ${value * 100}%"></span>`)}</span
        >
        ${values.map((value, index) => html`<span class="figure ${index === 0 ? "" : "quiet"}">${formatPercent(value)}</span>`)}
        ${values.length === 1 ? html`<span></span>` : nothing}`;
    })}
  </div>`;
}

export const rowPartStyles = css`
  .prediction {
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
  }
  .meter {
    flex: none;
    width: 26px;
    height: 4px;
    border-radius: 2px;
    background: color-mix(in srgb, var(--vscode-foreground) 20%, transparent);
  }
  .meter > span {
    display: block;
    height: 100%;
    border-radius: 2px;
    background: var(--vscode-foreground);
  }
  .share {
    flex: none;
    width: 36px;
    text-align: right;
  }
  .hit,
  .mistake {
    display: inline-flex;
    flex: none;
  }
  .hit .icon,
  .mistake .icon {
    width: 14px;
    height: 14px;
    font-size: 14px;
  }
  .hit {
    color: var(--vscode-testing-iconPassed);
  }
  .mistake {
    color: var(--vscode-testing-iconFailed, var(--vscode-errorForeground));
  }
  .place {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .letter {
    display: inline-block;
    flex: none;
    width: 16px;
    height: 16px;
    border-radius: 3px;
    font-size: 10px;
    font-weight: 600;
    line-height: 16px;
    text-align: center;
    color: var(--vscode-editor-background);
    background: var(--vscode-foreground);
  }
  .letter.b {
    background: color-mix(in srgb, var(--vscode-foreground) 62%, var(--vscode-editor-background));
  }
  .icon-button.small {
    width: 22px;
    height: 22px;
  }
  .unfolded {
    display: grid;
    grid-template-columns: minmax(160px, 1fr) minmax(0, 290px);
    gap: 8px 24px;
    padding: 10px 12px 12px 59px;
  }
  .unfolded .text p {
    margin: 2px 0 8px;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .title {
    font-size: 11px;
  }
  .shares {
    display: grid;
    grid-template-columns: minmax(48px, auto) minmax(60px, 1fr) auto auto;
    align-items: center;
    gap: 1px 8px;
    align-content: start;
    max-height: 220px;
    overflow-y: auto;
  }
  .shares .title {
    grid-column: 1 / -1;
  }
  .shares .name {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    max-width: 110px;
  }
  .shares .name.true {
    font-weight: 600;
  }
  .shares .name .icon {
    width: 12px;
    height: 12px;
    font-size: 12px;
  }
  .bars {
    display: flex;
    flex-direction: column;
    gap: 1px;
  }
  .bars > span {
    height: 4px;
    min-width: 1px;
    border-radius: 1px;
    background: var(--vscode-foreground);
  }
  .bars > .b {
    background: color-mix(in srgb, var(--vscode-foreground) 45%, var(--vscode-editor-background));
  }
  .figure {
    min-width: 40px;
    text-align: right;
  }
  @media (max-width: 800px) {
    .unfolded {
      grid-template-columns: 1fr;
      padding-left: 12px;
    }
  }
`;
